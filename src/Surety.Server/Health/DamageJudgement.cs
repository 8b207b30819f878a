using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Server.Health;

/// <summary>What is damaged of a database's backups, from what the repository says of itself.</summary>
internal static class DamageJudgement
{
    /// <param name="facts">Of the database.</param>
    /// <param name="backups">Its own.</param>
    public static IEnumerable<string> Of(DatabaseFacts facts, IReadOnlyList<Manifest> backups)
    {
        foreach (var backup in backups)
        {
            if (facts.View.Marks.Find(backup.Id, BackupMark.Verified) is { Passed: false } failed)
            {
                yield return $"backup {backup.Id}: {failed.Reason ?? "it did not pass its verification"}";
            }
        }

        foreach (var damaged in facts.View.Backups.Damaged.Where(damaged => MayBeOf(facts, damaged)))
        {
            yield return $"backup {damaged.Backup}: {damaged.Reason}";
        }

        if (Unexplained(facts) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>The journal knows whose a backup was whose manifest cannot be read; otherwise it may be anybody's.</summary>
    private static bool MayBeOf(DatabaseFacts facts, DamagedManifest damaged) =>
        facts.View.Journal.Records.FirstOrDefault(record =>
            record.Operation == JournalRecord.BackupOperation && $"{record.Backup}" == damaged.Backup
        )
            is not { } made
        || made.Database == facts.DatabaseName;

    /// <summary>
    /// What the newest verification of everything found, where no backup that is still there explains it: one that the
    /// journal knows is gone.
    /// </summary>
    private static string? Unexplained(DatabaseFacts facts)
    {
        var view = facts.View;
        var newest = view.Journal.Records.LastOrDefault(record => record is { Operation: "verify", Backup: null });
        return
            newest is { Outcome: JournalRecord.Failed, Error: null }
            && view.Backups.Damaged.Count == 0
            && !view.Backups.Any(backup => view.Marks.Find(backup.Id, BackupMark.Verified) is { Passed: false })
            ? newest.Message ?? "the newest verification of the repository found damage"
            : null;
    }
}
