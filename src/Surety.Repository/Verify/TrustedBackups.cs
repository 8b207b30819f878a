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
    /// Of the newest of some backups, the ones that no damage which is known can hurt: not those that a verification found
    /// damaged, nor those that were there then and were not verified since, for they may share what is damaged.
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
        var verified = new List<(Manifest Backup, BackupMark? Mark)>();
        foreach (var backup in backups.TakeLast(Newest))
        {
            var marks = await repository.Marks.ListAsync(backup.Id, cancellationToken);
            verified.Add((backup, marks.Find(backup.Id, BackupMark.Verified)));
        }

        var damagedAt = verified.Max(known => known.Mark is { Passed: false } mark ? mark.At : (DateTimeOffset?)null);
        return
        [
            .. verified
                .Where(known =>
                    damagedAt is null || known.Backup.CreatedAt > damagedAt || IsSoundSince(known.Mark, damagedAt)
                )
                .Select(known => known.Backup),
        ];
    }

    private static bool IsSoundSince(BackupMark? mark, DateTimeOffset? damagedAt) =>
        mark is { Passed: true } && mark.At > damagedAt;
}
