using Surety.Repository.Journal;

namespace Surety.Core.Audit;

/// <summary>How often somebody ran an operation.</summary>
/// <param name="By">On whose behalf, where a program ran it for others; else the user and the machine.</param>
/// <param name="Count">All runs, whatever became of them.</param>
/// <param name="Failed">Those that failed.</param>
public sealed record AuditActivity(string By, string Operation, int Count, int Failed, DateTimeOffset NewestAt)
{
    /// <summary>By whom, then by operation.</summary>
    internal static IReadOnlyList<AuditActivity> Of(IReadOnlyList<JournalRecord> records) =>
        [
            .. records
                .GroupBy(record => (By: Who(record), record.Operation))
                .OrderBy(group => group.Key.By, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Operation, StringComparer.Ordinal)
                .Select(group => new AuditActivity(
                    group.Key.By,
                    group.Key.Operation,
                    group.Count(),
                    group.Count(record => record.Outcome == JournalRecord.Failed),
                    group.Max(record => record.StartedAt)
                )),
        ];

    internal static string Who(JournalRecord record) =>
        record.RequestedBy ?? (record.User is { } user ? $"{user}@{record.Host}" : record.Host);
}
