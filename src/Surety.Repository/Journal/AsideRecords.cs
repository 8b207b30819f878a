using Surety.Repository.Manifests;

namespace Surety.Repository.Journal;

/// <summary>
/// Which records say nothing of how well a database is protected: what was about a backup that does not stand for it
/// (<see cref="Manifest.StandsForDatabase"/>), as far as that backup is still there, and every attempt to make one of some
/// schemas.
/// </summary>
/// <param name="manifests">Of the backups that are there.</param>
public sealed class AsideRecords(IEnumerable<Manifest> manifests)
{
    private readonly HashSet<BackupId> backups =
    [
        .. manifests.Where(manifest => !manifest.StandsForDatabase).Select(manifest => manifest.Id),
    ];

    public bool Contains(JournalRecord record) =>
        record.Scope is not null || (record.Backup is { } backup && backups.Contains(backup));
}
