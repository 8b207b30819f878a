using System.Collections.Concurrent;
using Surety.Repository.Storage;

namespace Surety.Testing.Storage;

/// <summary>A store in memory that keeps the contract of <see cref="IBlobStore"/>: thousands of crashes a second.</summary>
public sealed class MemoryBlobStore(TimeProvider clock) : IBlobStore
{
    private readonly ConcurrentDictionary<string, (byte[] Content, DateTimeOffset ModifiedAt)> blobs = new(
        StringComparer.Ordinal
    );

    public string Location => "memory";

    /// <summary>Answers later, and not in the order in which it was asked.</summary>
    public bool IsFarAway { get; init; }

    public ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        Require(name, cancellationToken);
        return ValueTask.FromResult(blobs.TryGetValue(name, out var blob) ? blob.Content.ToArray() : null);
    }

    public async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        Require(name, cancellationToken);
        if (IsFarAway)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(name[^1] % 4), cancellationToken);
        }

        return blobs.TryGetValue(name, out var blob) ? blob.Content.Length : null;
    }

    public ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        Require(name, cancellationToken);
        blobs[name] = (content.ToArray(), clock.GetUtcNow());
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        Require(name, cancellationToken);
        return ValueTask.FromResult(blobs.TryAdd(name, (content.ToArray(), clock.GetUtcNow())));
    }

    public void Adopt(string name) => Require(name, CancellationToken.None);

    public ValueTask FlushAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken) =>
        blobs
            .Where(blob => blob.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(blob => new BlobInfo(blob.Key, blob.Value.Content.Length, blob.Value.ModifiedAt))
            .ToAsyncEnumerable();

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Require(name, cancellationToken);
        blobs.TryRemove(name, out _);
        return ValueTask.CompletedTask;
    }

    private static void Require(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!BlobName.IsValid(name))
        {
            throw new ArgumentException($"not the name of a blob: '{name}'", nameof(name));
        }
    }
}
