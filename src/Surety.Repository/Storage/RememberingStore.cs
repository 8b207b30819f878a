using System.Collections.Concurrent;

namespace Surety.Repository.Storage;

/// <summary>
/// Another store, for somebody who reads its documents again and again: a blob that the newest listing shows unchanged is not
/// read twice. Whoever wants to see changes lists first, as every reading of a folder does.
/// </summary>
public sealed class RememberingStore(IOpenBlobStore store) : IOpenBlobStore
{
    /// <summary>Documents are smaller, chunks of rows mostly larger.</summary>
    private const int Largest = 64 * 1024;

    private readonly ConcurrentDictionary<string, BlobInfo> listed = new();
    private readonly ConcurrentDictionary<string, (BlobInfo Version, byte[] Content)> remembered = new();

    public string Location => store.Location;

    public bool IsReadOnly => store.IsReadOnly;

    public bool IsFarAway => store.IsFarAway;

    public async ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (!listed.TryGetValue(name, out var version) || version.Length > Largest)
        {
            return await store.ReadAsync(name, cancellationToken);
        }

        if (remembered.TryGetValue(name, out var known) && known.Version == version)
        {
            return known.Content;
        }

        var content = await store.ReadAsync(name, cancellationToken);
        if (content is not null)
        {
            remembered[name] = (version, content);
        }

        return content;
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var gone = listed.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToHashSet();
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            gone.Remove(blob.Name);
            listed[blob.Name] = blob;
            yield return blob;
        }

        foreach (var name in gone)
        {
            Forget(name);
        }
    }

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        store.GetLengthAsync(name, cancellationToken);

    public ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        Forget(name);
        return store.WriteAsync(name, content, durable, cancellationToken);
    }

    public ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => store.TryCreateAsync(name, content, cancellationToken);

    public void Adopt(string name) => store.Adopt(name);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => store.FlushAsync(cancellationToken);

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Forget(name);
        return store.DeleteAsync(name, cancellationToken);
    }

    public void Dispose() => store.Dispose();

    private void Forget(string name)
    {
        listed.TryRemove(name, out _);
        remembered.TryRemove(name, out _);
    }
}
