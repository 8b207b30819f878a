using Surety.Repository.Journal;

namespace Surety.Core.Audit;

/// <summary>The drills of a period, of backups that stand for their database.</summary>
/// <param name="All">Newest first.</param>
/// <param name="TargetSeconds">How long a restore may take: the RTO.</param>
public sealed record AuditDrills(IReadOnlyList<AuditedDrill> All, double TargetSeconds)
{
    internal const string DrillOperation = "drill";

    /// <summary>Of those that proved their backup; null where none did.</summary>
    public double? LongestRestoreSeconds => All.Where(drill => drill.Proven).Max(drill => drill.RestoreSeconds);

    /// <summary>Null where no restore was measured: nothing is known then, and nothing claimed.</summary>
    public bool? MeetsTarget => LongestRestoreSeconds is { } longest ? longest <= TargetSeconds : null;

    internal static AuditDrills Of(IReadOnlyList<JournalRecord> records, TimeSpan target) =>
        new(
            [
                .. records
                    .Where(record =>
                        record.Operation == DrillOperation
                        && record.Outcome is JournalRecord.Done or JournalRecord.Failed
                    )
                    .Reverse()
                    .Select(record => new AuditedDrill(
                        record.StartedAt,
                        record.Backup?.ToString(),
                        record.Succeeded,
                        record.Figure("restoreSeconds"),
                        (long?)record.Figure("rows"),
                        AuditActivity.Who(record),
                        record.Message
                    )),
            ],
            target.TotalSeconds
        );
}

/// <param name="Backup">Null where the drill failed before it found one.</param>
/// <param name="Proven">The copy equals the backup, and every assertion holds.</param>
/// <param name="RestoreSeconds">Its proof included; null where the restore did not come to its end.</param>
/// <param name="Message">Why it failed.</param>
public sealed record AuditedDrill(
    DateTimeOffset At,
    string? Backup,
    bool Proven,
    double? RestoreSeconds,
    long? Rows,
    string By,
    string? Message
);
