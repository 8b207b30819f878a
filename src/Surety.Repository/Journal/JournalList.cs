using Surety.Repository.Documents;
using Surety.Repository.Manifests;

namespace Surety.Repository.Journal;

/// <summary>The records of a repository, oldest first, and those that could not be read.</summary>
public sealed record JournalList(IReadOnlyList<JournalRecord> Records, IReadOnlyList<DamagedDocument> Damaged)
{
    /// <summary>The backups that were made, received or brought back, and not forgotten since.</summary>
    internal IReadOnlySet<BackupId> BackupsThatShouldBeThere()
    {
        var succeeded = Records.Where(record => record is { Succeeded: true, Backup: not null }).ToList();
        var there = succeeded
            .Where(record => record.Operation == JournalRecord.BackupOperation)
            .Select(record => record.Backup!.Value)
            .ToHashSet();
        // A backup is made once and before all else, whatever the clocks of two hosts say.
        var inOrder = succeeded
            .OrderBy(record => record.FinishedAt)
            // Of one instant, forgetting counts: a backup must not be called lost that was not.
            .ThenBy(record => record.Operation == JournalRecord.ForgetOperation);
        foreach (var record in inOrder)
        {
            if (record.Operation == JournalRecord.ForgetOperation)
            {
                there.Remove(record.Backup!.Value);
            }
            else if (record.Operation is JournalRecord.UnforgetOperation or JournalRecord.ReceiveOperation)
            {
                there.Add(record.Backup!.Value);
            }
        }

        return there;
    }
}
