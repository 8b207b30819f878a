using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;

namespace Surety.Repository.Prune;

/// <summary>
/// Forgets backups, and brings them back as long as their manifests are kept. Nothing that a backup consists of is deleted
/// here: that is left to <see cref="PrunePlan"/>.
/// </summary>
public sealed class Forgetting(BackupRepository repository, TimeProvider clock)
{
    // Each waits for the disk or the network several times.
    private const int AtOnce = 8;

    /// <summary>
    /// Forgets backups, durably. The journal says so first: a manifest that is gone without a word is one that was lost.
    /// </summary>
    /// <param name="backups">Id and database of each; the database is null where a manifest cannot be read.</param>
    /// <param name="why">For the journal.</param>
    public async Task ForgetAsync(
        IEnumerable<(BackupId Id, string? Database)> backups,
        string why,
        ExclusiveAccess access,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        var all = backups.ToList();
        await Parallel.ForEachAsync(
            all,
            options,
            async (backup, token) =>
            {
                access.ThrowIfLost();
                await RecordAsync(JournalRecord.ForgetOperation, backup.Id, backup.Database, why, token);
                await repository.Forgotten.KeepAsync(backup.Id, access, token);
            }
        );
        await repository.Store.FlushAsync(cancellationToken);
        foreach (var (id, _) in all)
        {
            await repository.Forgotten.TakeAsync(id, access, cancellationToken);
        }

        await repository.Store.FlushAsync(cancellationToken);
    }

    /// <summary>Makes a backup of a forgotten one again, with all that it was.</summary>
    /// <exception cref="SuretyException">BackupNotFound where it cannot be brought back any more.</exception>
    public async Task BringBackAsync(Manifest manifest, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        await repository.Forgotten.BringBackAsync(manifest.Id, access, cancellationToken);
        // After it is there again: killed in between, it is a backup that the journal would not miss, and nothing worse.
        await RecordAsync(JournalRecord.UnforgetOperation, manifest.Id, manifest.Database, null, cancellationToken);
        await repository.Forgotten.RemoveAsync(manifest.Id, access, cancellationToken);
        await repository.Store.FlushAsync(cancellationToken);
    }

    private Task RecordAsync(
        string operation,
        BackupId backup,
        string? database,
        string? message,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        var entry = new JournalEntry(operation, now)
        {
            Backup = backup,
            Database = database,
            Message = message,
        };
        return repository.Journal.AppendAsync(entry, new JournalEnd(now, JournalRecord.Done), cancellationToken);
    }
}
