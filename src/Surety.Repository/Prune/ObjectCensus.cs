using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Prune;

/// <summary>Looks at every object of a repository and at every backup that may name it.</summary>
internal sealed class ObjectCensus(BackupRepository repository, int jobs)
{
    /// <summary>
    /// How long an object that nothing names stays: a run whose lock was lost may still be writing beside a prune, and the
    /// next run reuses what a killed one left.
    /// </summary>
    private static readonly TimeSpan LeftAlone = TimeSpan.FromDays(1);

    private readonly ObjectIdSet needed = new();
    private readonly ObjectIdSet afterGrace = new();
    private readonly ObjectIdSet released = new();

    /// <param name="kept">Backups that stay.</param>
    /// <param name="bringable">Forgotten backups that can be brought back.</param>
    /// <param name="removed">Those that cannot be any more. What only they name was surely complete once.</param>
    /// <param name="now">By the store's clock.</param>
    public async Task<PrunedObjects> TakeAsync(
        IReadOnlyList<Manifest> kept,
        IReadOnlyList<Manifest> bringable,
        IReadOnlyList<Manifest> removed,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        await ReadAsync(kept, needed, cancellationToken);
        await ReadAsync(bringable, afterGrace, cancellationToken);
        await ReadAsync(removed, released, cancellationToken);
        var found = await LookAsync(now, cancellationToken);
        var nothingSays = kept.Count + bringable.Count + removed.Count == 0;
        return nothingSays && found.Deleted.Count + found.TooYoung.Count > 0 ? throw NoBackup() : found;
    }

    private Task ReadAsync(IReadOnlyList<Manifest> backups, ObjectIdSet ids, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            backups,
            options,
            async (manifest, token) =>
            {
                try
                {
                    await ContentsIds.ReadAsync(repository, manifest, ids.Add, token);
                }
                catch (SuretyException) when (ids == released)
                {
                    // What only it named is found among what nothing names.
                }
                catch (SuretyException e)
                {
                    throw Unreadable(manifest, e);
                }
            }
        );
    }

    private async Task<PrunedObjects> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (stay, deleted, waiting, young) = (
            new ObjectTally(),
            new ObjectTally(),
            new ObjectTally(),
            new ObjectTally()
        );
        var named = 0L;
        var unneeded = new List<UnneededObject>();
        await foreach (var blob in repository.Store.ListAsync($"{ObjectStore.Folder}/", cancellationToken))
        {
            // What has another name was put there by somebody else, and is left to him.
            if (!ObjectStore.TryParseName(blob.Name, out var id))
            {
                continue;
            }

            if (needed.Contains(id))
            {
                stay = stay.Add(blob.Length);
                named++;
            }
            else if (afterGrace.Contains(id))
            {
                waiting = waiting.Add(blob.Length);
            }
            else if (released.Contains(id) || now - blob.ModifiedAt >= LeftAlone)
            {
                deleted = deleted.Add(blob.Length);
                unneeded.Add(new UnneededObject(id, blob.Length));
            }
            else
            {
                young = young.Add(blob.Length);
            }
        }

        return new PrunedObjects(stay, deleted, waiting, young, needed.Count - named) { Unneeded = unneeded };
    }

    private SuretyException NoBackup() =>
        new(
            ErrorCode.RepositoryDamaged,
            $"{repository.Store.Location} holds objects and not one backup, so nobody knows what they are for; nothing was deleted",
            "bring the manifests back from a copy; to give everything up, remove the repository itself"
        )
        {
            Object = repository.Store.Location,
        };

    private static SuretyException Unreadable(Manifest manifest, SuretyException error) =>
        new(
            error.Code,
            $"what backup {manifest.Id} needs cannot be read: {error.Message}; nothing was deleted",
            $"bring the object back from a copy of the repository, or give the backup up: surety forget {manifest.Id}",
            error
        )
        {
            Object = error.Object,
        };
}
