using System.Collections.Concurrent;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;

namespace Surety.Repository.Copy;

/// <summary>
/// Copies backups into another repository, which may be of another kind and under another key: each object is read and
/// checked, put there under the name that it has there, and read back. What is there already is not written again, so a copy
/// that was interrupted goes on where it was, and the next backup of a database brings only what is new in it.
/// </summary>
/// <param name="source">Read only.</param>
/// <param name="target">Gets the backups, under the ids that they have.</param>
/// <param name="clock">For the journal.</param>
/// <param name="progress">Told from many threads how many plain bytes more are done.</param>
public sealed class BackupCopy(
    BackupRepository source,
    BackupRepository target,
    TimeProvider clock,
    Action<long>? progress
)
{
    // Of the newest backup of each database that both have: the next one is mostly made of the same objects.
    private readonly Dictionary<string, KnownNames> known = new(StringComparer.Ordinal);

    /// <summary>
    /// Copies backups, oldest first, and tells each as soon as it is there. Each exists in the target whole or not at all.
    /// </summary>
    /// <exception cref="Errors.SuretyException">
    /// What keeps a backup from being copied: BackupNotFound where it was forgotten meanwhile, ObjectDamaged or ObjectMissing of the source, whatever writing throws,
    /// BackupConflict where the target has another backup of that id. What was told before is there.
    /// </exception>
    public Task RunAsync(
        IEnumerable<Manifest> backups,
        int jobs,
        Action<CopiedBackup> copied,
        CancellationToken cancellationToken
    ) =>
        source.Locks.HoldSharedToReadAsync(
            "copy",
            reading =>
                target.Locks.HoldSharedAsync(
                    "copy",
                    async (lease, token) =>
                    {
                        foreach (var listed in backups.OrderBy(b => b.CreatedAt).ThenBy(b => b.Id))
                        {
                            // Under the lock now: what was forgotten since it was listed may be without its objects.
                            var backup =
                                await source.Manifests.TryReadAsync(listed.Id, token)
                                ?? throw BackupChoice.NotFound($"{listed.Id}", source.Store.Location);
                            copied(await CopyAsync(backup, jobs, lease, token));
                        }

                        return true;
                    },
                    reading
                ),
            cancellationToken
        );

    private async Task<CopiedBackup> CopyAsync(
        Manifest manifest,
        int jobs,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        if (await target.Manifests.TryReadAsync(manifest.Id, cancellationToken) is { } there)
        {
            return CopiedBackup.Present(SameBackup.Require(manifest, there, target.Store.Location));
        }

        var startedAt = clock.GetUtcNow();
        var contents = await source.Manifests.ReadContentsAsync(manifest, cancellationToken);
        if (!known.TryGetValue(manifest.Database, out var names))
        {
            names = await KnownNames.ReadAsync(source, target, manifest, cancellationToken);
        }

        var objects = await PutAsync(contents, names, jobs, cancellationToken);
        var stored = await target.Manifests.StoreContentsAsync(
            contents.WithObjects(id => objects[id].Id),
            cancellationToken
        );
        StoredObject[] all = [.. objects.Values.Concat(stored.Objects).DistinctBy(o => o.Id)];
        StoredObject[] added = [.. all.Where(o => o.IsNew)];
        await ReadBackAsync(added, jobs, cancellationToken);

        var copy = manifest with
        {
            Contents = stored.Stream,
            Figures = manifest.Figures with
            {
                StoredBytes = all.Sum(o => o.StoredLength),
                NewBytes = added.Sum(o => o.StoredLength),
                Objects = all.Length,
                NewObjects = added.Length,
            },
        };
        await target.Manifests.CommitAsync(copy, lease, cancellationToken);
        await RecordAsync(copy, startedAt);
        known[manifest.Database] = KnownNames.Of(target, objects);
        return CopiedBackup.New(copy);
    }

    /// <summary>Everything that the contents name, by the names of the source.</summary>
    private async Task<ConcurrentDictionary<ObjectId, StoredObject>> PutAsync(
        BackupContents contents,
        KnownNames names,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var objects = new ConcurrentDictionary<ObjectId, StoredObject>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            NamedObjects.Of(contents).Distinct(),
            options,
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
        return await target.Objects.PutAsync(plain.Bytes, cancellationToken);
    }

    /// <summary>What the target has is what counts, not what was sent there.</summary>
    private Task ReadBackAsync(IEnumerable<StoredObject> added, int jobs, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            added,
            options,
            async (stored, token) => await target.Objects.CheckStoredAsync(stored.Id, token)
        );
    }

    /// <summary>Not to be cancelled: the backup is there.</summary>
    private Task RecordAsync(Manifest copy, DateTimeOffset startedAt)
    {
        var entry = new JournalEntry(JournalRecord.ReceiveOperation, startedAt)
        {
            Backup = copy.Id,
            Database = copy.Database,
        };
        entry.Measure("newBytes", copy.Figures.NewBytes);
        entry.Measure("newObjects", copy.Figures.NewObjects);
        var end = new JournalEnd(clock.GetUtcNow(), JournalRecord.Done);
        return target.Journal.AppendAsync(entry, end, CancellationToken.None);
    }
}
