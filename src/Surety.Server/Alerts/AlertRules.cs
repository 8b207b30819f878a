using System.Globalization;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Retention;
using Surety.Server.Health;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

/// <summary>What is wrong, by what the judge says of a database.</summary>
internal sealed class AlertRules(AlertSetting setting)
{
    public IEnumerable<AlertFinding> Of(DatabaseHealth health)
    {
        AlertFinding?[] found = health.Unreachable is null
            ?
            [
                BackupFailed(health),
                Overdue(health),
                Empty(health),
                Damaged(health),
                DrillFailed(health),
                RestoreSlow(health),
                CopyFailed(health),
                Interrupted(health),
            ]
            : [];
        return found.OfType<AlertFinding>();
    }

    private AlertFinding? BackupFailed(DatabaseHealth health) =>
        health.Backups is { Last.Error: { } error, FailuresInRow: var times }
            ? new AlertFinding(
                AlertCondition.BackupFailed,
                times >= setting.Failures ? AlertSeverity.Critical : AlertSeverity.High,
                [health.Name],
                null,
                times == 1
                    ? $"the last backup of {health.Name} failed: {error.Message}"
                    : $"the last {times} backups of {health.Name} failed, at last: {error.Message}",
                error.Hint ?? $"try it by hand: surety backup --db {health.Name} --verbose"
            )
            : null;

    private static AlertFinding? Overdue(DatabaseHealth health) =>
        health is { Rpo: TargetState.Missed, Targets.Rpo: { } target }
            ? new AlertFinding(
                AlertCondition.BackupOverdue,
                AlertSeverity.Critical,
                [health.Name],
                null,
                health.ProvenAge is { } age
                    ? $"the newest proven backup of {health.Name} is {Rough(age)} old, and {DurationText.Of(target)} is the most"
                    : $"{health.Name} has no proven backup, and may lose {DurationText.Of(target)} at most",
                health.Age < target
                    ? $"a newer backup is there and not proven: surety verify {health.Newest!.Id} --db {health.Name}"
                    : $"make one: surety backup --db {health.Name}, then surety verify latest --db {health.Name}"
            )
            : null;

    private static AlertFinding? Empty(DatabaseHealth health) =>
        health.Faults.Contains(HealthFault.Empty)
            ? new AlertFinding(
                AlertCondition.BackupEmpty,
                AlertSeverity.Critical,
                [health.Name],
                null,
                $"backup {health.Newest!.Id} of {health.Name} has no rows, and an earlier one has",
                $"look whether the database lost them: surety list --db {health.Name}; surety diff ID --db {health.Name}"
            )
            : null;

    private static AlertFinding? Damaged(DatabaseHealth health) =>
        health.Damages is [var first, ..]
            ? new AlertFinding(
                AlertCondition.Damaged,
                AlertSeverity.Critical,
                [health.Name],
                null,
                health.Damages.Count == 1
                    ? $"damage in the backups of {health.Name}: {first}"
                    : $"{health.Damages.Count} damages in the backups of {health.Name}, the first: {first}",
                "is there a whole copy? surety verify --all --repo OTHER; what mends it is in docs/operations.md, Damage"
            )
            : null;

    private static AlertFinding? DrillFailed(DatabaseHealth health) =>
        health.Drills.Last is { Error: { } error }
            ? new AlertFinding(
                AlertCondition.DrillFailed,
                AlertSeverity.High,
                [health.Name],
                null,
                $"the last drill of {health.Name} failed: {error.Message}",
                error.Hint ?? $"see what it says: surety drill --db {health.Name}"
            )
            : null;

    private static AlertFinding? RestoreSlow(DatabaseHealth health) =>
        health is { Rto: TargetState.Missed, RestoreSeconds: { } seconds, Targets.RestoreTarget: var target }
            ? new AlertFinding(
                AlertCondition.RestoreSlow,
                AlertSeverity.Medium,
                [health.Name],
                null,
                $"{health.Name} took {Rough(TimeSpan.FromSeconds(seconds))} to come back, and {DurationText.Of(target)} is the most",
                "restore with more --jobs, on faster disks, or promise less under targets"
            )
            : null;

    private static AlertFinding? CopyFailed(DatabaseHealth health) =>
        health.Copies.Last is { Error: { } error }
            ? new AlertFinding(
                AlertCondition.CopyFailed,
                AlertSeverity.Medium,
                [health.Name],
                null,
                $"the last copy of a backup of {health.Name} failed: {error.Message}",
                error.Hint ?? "a copy goes on where it was: surety copy latest --to REPO"
            )
            : null;

    private static AlertFinding? Interrupted(DatabaseHealth health) =>
        health.LastRun is { State: RunState.Interrupted, Request.Operation: var operation }
            ? new AlertFinding(
                AlertCondition.RunInterrupted,
                AlertSeverity.Low,
                [health.Name],
                null,
                $"the last {operation} of {health.Name} was interrupted: its server was stopped or died",
                "its next run cleans up; start it again where it is needed sooner"
            )
            : null;

    /// <summary>As somebody would say it.</summary>
    internal static string Rough(TimeSpan time) =>
        time.TotalSeconds < 120 ? Text(time.TotalSeconds, "s")
        : time.TotalMinutes < 120 ? Text(time.TotalMinutes, "min")
        : time.TotalHours < 48 ? Text(time.TotalHours, "h")
        : Text(time.TotalDays, "d");

    private static string Text(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number):0} {unit}");
}
