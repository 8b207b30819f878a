using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Core.Audit;

/// <summary>Something that did not go as it should, or that was taken back.</summary>
/// <param name="Kind"><c>failed</c>, <c>damage</c> (a check found something that is not sound), <c>incomplete</c>, <c>rollback</c>, or <c>rolled-back</c> for a guarded run or migrations that were taken back.</param>
/// <param name="What">What happened, as the journal has it.</param>
/// <param name="Followed">What was done about it, as far as the journal tells.</param>
public sealed record AuditIncident(
    DateTimeOffset At,
    string Operation,
    string Kind,
    string? Backup,
    string By,
    string What,
    string Followed
)
{
    /// <summary>Newest first.</summary>
    /// <param name="records">Of one database, or of none; oldest first.</param>
    /// <param name="backups">Those that are there.</param>
    internal static IReadOnlyList<AuditIncident> Of(
        IReadOnlyList<JournalRecord> records,
        IReadOnlySet<BackupId> backups
    ) =>
        [
            .. records
                .Select((record, i) => (Record: record, Kind: KindOf(record), Later: records.Skip(i + 1)))
                .Where(one => one.Kind is not null)
                .Reverse()
                .Select(one => new AuditIncident(
                    one.Record.StartedAt,
                    one.Record.Operation,
                    one.Kind!,
                    one.Record.Backup?.ToString(),
                    AuditActivity.Who(one.Record),
                    WhatOf(one.Record),
                    FollowedOf(one.Record, one.Later, backups)
                )),
        ];

    private static bool IsRollback(JournalRecord record) =>
        record
            is {
                Operation: JournalRecord.RollbackOperation or JournalRecord.SchemaRollbackOperation,
                Outcome: JournalRecord.Done
            };

    private static string? KindOf(JournalRecord record) =>
        record switch
        {
            { Outcome: JournalRecord.RolledBack } => "rolled-back",
            _ when IsRollback(record) => "rollback",
            { Outcome: JournalRecord.Incomplete } => "incomplete",
            // A check that came to its end and has no error found what it looked for.
            { Operation: AuditChecks.VerifyOperation or AuditDrills.DrillOperation, Outcome: JournalRecord.Failed }
                when record.Error is null or "object-damaged" or "object-missing" or "repository-damaged" => "damage",
            { Outcome: JournalRecord.Failed } => "failed",
            _ => null,
        };

    private static string WhatOf(JournalRecord record) =>
        record switch
        {
            { Guarded: { } guarded } => $"{guarded.Command} ended with "
                + (guarded.ExitCode is { } code ? $"exit code {Units.Count(code)}" : "no exit code")
                + (record.Message is null ? "" : $"; {record.Message}"),
            { Message: { } message } => message,
            { Outcome: JournalRecord.Incomplete } => "the backup could not hold everything",
            _ when IsRollback(record) => $"the database was taken back to backup {record.Backup}",
            _ => "the journal has no reason",
        };

    private static string FollowedOf(
        JournalRecord record,
        IEnumerable<JournalRecord> later,
        IReadOnlySet<BackupId> backups
    )
    {
        if (record.Outcome == JournalRecord.RolledBack)
        {
            return record.SafetyBackup is { } safety
                ? $"everything was taken back; the state from before that is backup {safety}"
                : "everything was taken back";
        }

        if (record.WayBack is { } wayBack)
        {
            var use = later.FirstOrDefault(next =>
                next is { Operation: JournalRecord.RollbackOperation, Succeeded: true } && next.Backup == wayBack
            );
            return use is not null ? $"taken back on {Units.Time(use.StartedAt)}"
                : backups.Contains(wayBack) ? $"kept; surety rollback {wayBack} takes it back"
                : $"kept; backup {wayBack}, which would take it back, is gone";
        }

        if (IsRollback(record))
        {
            return "kept; it was made without a safety backup, which would take it back";
        }

        var success = later.FirstOrDefault(next =>
            next.Operation == record.Operation && next.Outcome == JournalRecord.Done
        );
        return success is null
            ? $"no later {record.Operation} has succeeded in the period"
            : $"the next {record.Operation} that succeeded began {Units.Time(success.StartedAt)}";
    }
}
