using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Retention;

namespace Surety.Repository.Prune;

/// <summary>The backups that somebody wants to forget by name, and whether that may be.</summary>
/// <param name="allowNewest">True where somebody said that he means the newest, too.</param>
public sealed class ForgettableBackups(BackupRepository repository, bool allowNewest)
{
    /// <summary>
    /// Finds them. A whole id also names one whose manifest is damaged, or gone although the journal has it: that is how
    /// such a one is given up.
    /// </summary>
    /// <exception cref="SuretyException">BackupNotFound, BackupAmbiguous, BackupProtected.</exception>
    public async Task<IReadOnlyList<ForgettableBackup>> FindAsync(
        IEnumerable<string> wanted,
        string? database,
        CancellationToken cancellationToken
    )
    {
        var found = new List<ForgettableBackup>();
        foreach (var one in wanted)
        {
            found.Add(await FindAsync(one, database, cancellationToken));
        }

        var distinct = found.DistinctBy(backup => backup.Id).ToList();
        await RequireAllowedAsync(distinct, cancellationToken);
        return distinct;
    }

    /// <exception cref="SuretyException">BackupProtected: nothing was changed.</exception>
    public async Task RequireAllowedAsync(IReadOnlyList<ForgettableBackup> backups, CancellationToken cancellationToken)
    {
        var marks = await repository.Marks.ListAsync(cancellationToken);
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var all = manifests.Select(manifest => RetainedBackup.Of(manifest, marks)).ToList();
        var ids = backups.Select(backup => backup.Id).ToHashSet();
        foreach (var id in ids)
        {
            RequireUnpinned(id, marks);
        }

        var newest = RetentionPolicy.Newest(all).FirstOrDefault(one => ids.Contains(one.Backup.Manifest.Id));
        if (!allowNewest && newest.Backup is { Manifest: var manifest })
        {
            throw Protected(
                manifest.Id,
                $"it is the {newest.Reason} of {manifest.Database}{(manifest.Scope is { } scope ? $", {scope}" : "")}",
                "if you mean it: --allow-newest"
            );
        }
    }

    private static void RequireUnpinned(BackupId id, MarkList marks)
    {
        if (marks.Find(id, BackupMark.Pinned) is { Passed: true } pin)
        {
            var why = pin.Reason is null ? "" : $": {pin.Reason}";
            throw Protected(id, $"it is pinned{why}", $"if it may go: surety unpin {id}");
        }

        if (marks.Damaged.FirstOrDefault(mark => MarkStore.BackupOf(mark.Name) == id) is { } damaged)
        {
            throw Protected(
                id,
                $"it may be pinned: {damaged.Error.Message}",
                $"if it may go: surety unpin {id}, or remove that mark"
            );
        }
    }

    private async Task<ForgettableBackup> FindAsync(
        string wanted,
        string? database,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var manifest = await repository.Manifests.FindAsync(wanted, database, cancellationToken);
            return new ForgettableBackup(manifest.Id, manifest.Database);
        }
        catch (SuretyException e) when (e.Code is ErrorCode.BackupNotFound or ErrorCode.RepositoryDamaged)
        {
            if (BackupId.TryParse(wanted, out var id) && await WasThereAsync(id, cancellationToken))
            {
                return new ForgettableBackup(id, Database: null);
            }

            throw;
        }
    }

    private async Task<bool> WasThereAsync(BackupId id, CancellationToken cancellationToken)
    {
        var isDamaged = await repository.Manifests.ContainsAsync(id, cancellationToken);
        return isDamaged
            || (await repository.Journal.ReadAllAsync(cancellationToken)).BackupsThatShouldBeThere().Contains(id);
    }

    private static SuretyException Protected(BackupId id, string fact, string hint) =>
        new(ErrorCode.BackupProtected, $"backup {id} is not forgotten: {fact}; nothing was changed", hint)
        {
            Object = id.ToString(),
        };
}

/// <param name="Database">Null where the manifest cannot be read or is gone.</param>
public sealed record ForgettableBackup(BackupId Id, string? Database)
{
    public override string ToString() =>
        Database is null ? $"{Id}, whose manifest is damaged or gone" : $"{Id} of {Database}";
}
