using System.Collections.Concurrent;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;

namespace Surety.Repository.Copy;

/// <summary>
/// Brings what backups consist of into another repository: each object is read and checked, put there under the name that it
/// has there, and read back.
/// </summary>
internal sealed class ObjectTransfer(BackupRepository source, BackupRepository target, int jobs, Action<long>? progress)
{
    /// <summary>How many objects are moved at once.</summary>
    public int Jobs => jobs;

    // Written here and not read back yet; a backup that could not be copied leaves some to those that share them.
    private readonly ConcurrentDictionary<ObjectId, byte> unread = new();

    /// <summary>What the target has when this returns is durable and was read back.</summary>
    /// <param name="contents">As the source has them.</param>
    /// <param name="names">What need not be read.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TransferredContents> RunAsync(
        BackupContents contents,
        KnownNames names,
        CancellationToken cancellationToken
    )
    {
        var objects = await PutAsync(contents, names, cancellationToken);
        var stored = await target.Manifests.StoreContentsAsync(
            contents.WithObjects(id => objects[id].Id),
            cancellationToken
        );
        Note(stored.Objects);
        StoredObject[] all = [.. objects.Values.Concat(stored.Objects).DistinctBy(o => o.Id)];
        // What did not arrive is told as that, and not as missing.
        await target.Objects.FlushAsync(cancellationToken);
        await ReadBackAsync(all, cancellationToken);
        return new TransferredContents(stored.Stream, objects, all);
    }

    /// <summary>Everything that the contents name, by the names of the source.</summary>
    private async Task<ConcurrentDictionary<ObjectId, StoredObject>> PutAsync(
        BackupContents contents,
        KnownNames names,
        CancellationToken cancellationToken
    )
    {
        var objects = new ConcurrentDictionary<ObjectId, StoredObject>();
        await Parallel.ForEachAsync(
            NamedObjects.Of(contents).Distinct(),
            Options(cancellationToken),
            async (id, token) =>
            {
                var stored = await names.TryFindAsync(id, token) ?? await PutAsync(id, token);
                objects[id] = stored;
                progress?.Invoke(stored.PlainLength);
            }
        );
        return objects;
    }

    private async Task<StoredObject> PutAsync(ObjectId id, CancellationToken cancellationToken)
    {
        using var plain = await source.Objects.GetAsync(id, cancellationToken);
        var stored = await target.Objects.PutAsync(plain.Bytes, cancellationToken);
        Note([stored]);
        return stored;
    }

    private void Note(IEnumerable<StoredObject> put)
    {
        foreach (var stored in put.Where(o => o.IsNew))
        {
            unread.TryAdd(stored.Id, 0);
        }
    }

    /// <summary>What the target has is what counts, not what was sent there.</summary>
    private Task ReadBackAsync(IEnumerable<StoredObject> named, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            named.Where(stored => unread.ContainsKey(stored.Id)),
            Options(cancellationToken),
            async (stored, token) =>
            {
                await target.Objects.CheckStoredAsync(stored.Id, token);
                unread.TryRemove(stored.Id, out _);
            }
        );

    private ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
}

/// <summary>A backup's contents in the target.</summary>
/// <param name="Stream">Where the contents themselves are.</param>
/// <param name="Names">What they name, by the names of the source.</param>
/// <param name="Objects">All objects, those of <paramref name="Stream"/> included, each once.</param>
internal sealed record TransferredContents(
    StoredStream Stream,
    IReadOnlyDictionary<ObjectId, StoredObject> Names,
    IReadOnlyList<StoredObject> Objects
)
{
    /// <summary>Bytes that they take in the target.</summary>
    public long StoredBytes => Objects.Sum(stored => stored.StoredLength);

    /// <summary>Of these, what the target did not have, or had damaged.</summary>
    public long NewBytes => Objects.Sum(stored => stored.IsNew ? stored.StoredLength : 0);

    /// <summary>How many the target did not have, or had damaged.</summary>
    public int NewObjects => Objects.Count(stored => stored.IsNew);
}
