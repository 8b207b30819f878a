using System.Runtime.CompilerServices;

namespace Surety.Repository.Storage;

/// <summary>
/// What is written goes into <paramref name="over"/>; what is not there is read from <paramref name="under"/>, which is
/// never changed. For work beside a repository that is thrown away afterwards.
/// </summary>
internal sealed class OverlayStore(IBlobStore over, IBlobStore under) : IBlobStore
{
    public string Location => under.Location;

    public async ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken) =>
        await over.ReadAsync(name, cancellationToken) ?? await under.ReadAsync(name, cancellationToken);

    public async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        await over.GetLengthAsync(name, cancellationToken) ?? await under.GetLengthAsync(name, cancellationToken);

    public ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    ) => over.WriteAsync(name, content, durable, cancellationToken);

    public async ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) =>
        await under.GetLengthAsync(name, cancellationToken) is null
        && await over.TryCreateAsync(name, content, cancellationToken);

    public void Adopt(string name) => over.Adopt(name);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => over.FlushAsync(cancellationToken);

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var store in new[] { over, under })
        {
            await foreach (var blob in store.ListAsync(prefix, cancellationToken))
            {
                if (seen.Add(blob.Name))
                {
                    yield return blob;
                }
            }
        }
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken) =>
        over.DeleteAsync(name, cancellationToken);
}
