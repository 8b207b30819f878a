using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Repository.Verify;

/// <summary>
/// The backups whose objects are named again without being read. An object is durable before a manifest names it, so that
/// they are whole as long as the disk keeps what it was given; where a verification found that it did not, whoever has the
/// rows reads what lies there, and writes anew what is damaged.
/// </summary>
public static class TrustedBackups
{
    /// <summary>How many of the newest backups of a database are likely to hold what the next one has again.</summary>
    private const int Newest = 3;

    /// <summary>
    /// Of the newest of some backups, the ones that no damage which is known can hurt: once a verification has found damage in
    /// any backup of the repository, those that began since, or were found sound then or since.
    /// </summary>
    /// <param name="repository">It has their marks.</param>
    /// <param name="backups">Of one database, in the order in which they were made.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<IReadOnlyList<Manifest>> ChooseAsync(
        BackupRepository repository,
        IEnumerable<Manifest> backups,
        CancellationToken cancellationToken
    )
    {
        var marks = await repository.Marks.ListAsync(BackupMark.Verified, cancellationToken);
        var damagedAt = marks.All.Where(mark => !mark.Passed).Max(mark => (DateTimeOffset?)mark.At);
        return
        [
            .. backups
                .TakeLast(Newest)
                .Where(backup =>
                    damagedAt is null || IsSound(backup, marks.Find(backup.Id, BackupMark.Verified), damagedAt)
                ),
        ];
    }

    // Both times are of the clock of whoever runs Surety; that of the database server may be another.
    private static bool IsSound(Manifest backup, BackupMark? mark, DateTimeOffset? damagedAt) =>
        mark is not { Passed: false } && (mark?.At >= damagedAt || backup.StartedAt > damagedAt);
}
