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
                VerifyFailed(health),
                DrillFailed(health),
                RestoreSlow(health),
                CopyFailed(health),
                PruneFailed(health),
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

    private static AlertFinding? VerifyFailed(DatabaseHealth health) =>
        Failed(
            AlertCondition.VerifyFailed,
            AlertSeverity.High,
            health,
            health.Verifications,
            $"the last verification of backups of {health.Name} could not be carried out",
            $"try it by hand: surety verify latest --db {health.Name}; nothing follows a backup that was not verified"
        );

    private static AlertFinding? DrillFailed(DatabaseHealth health) =>
        Failed(
            AlertCondition.DrillFailed,
            AlertSeverity.High,
            health,
            health.Drills,
            $"the last drill of {health.Name} failed",
            $"see what it says: surety drill --db {health.Name}"
        );

    /// <summary>Of one that goes to several repositories, each has to arrive: one that does must not hide one that does not.</summary>
    private static AlertFinding? CopyFailed(DatabaseHealth health)
    {
        // What somebody copied elsewhere nobody may ever repeat: that is told for as long as it is counted.
        var byHand = health.Copies is { Last: { } last, CountedFrom: var from } && last.EndedAt >= from;
        var (target, copies) = health
            .CopiesTo.Where(pair => pair.Value.Last?.Error is not null)
            .Select(pair => ($" to {pair.Key}", pair.Value))
            .FirstOrDefault(("", byHand ? health.Copies : Attempts.None));
        return Failed(
            AlertCondition.CopyFailed,
            AlertSeverity.Medium,
            health,
            copies,
            $"the last copy of a backup of {health.Name}{target} failed",
            "a copy goes on where it was: surety copy latest --to REPO"
        );
    }

    private static AlertFinding? PruneFailed(DatabaseHealth health) =>
        Failed(
            AlertCondition.PruneFailed,
            AlertSeverity.Medium,
            health,
            health.Prunes,
            $"the last prune of backups of {health.Name} failed, and nothing makes room",
            $"see what it would do: surety prune --dry-run --db {health.Name}"
        );

    /// <param name="condition">What it is a case of.</param>
    /// <param name="severity">How much it matters.</param>
    /// <param name="health">Whose.</param>
    /// <param name="attempts">Whose last one counts.</param>
    /// <param name="fact">What is told of a failure, ahead of why.</param>
    /// <param name="hint">Where the failure says none.</param>
    private static AlertFinding? Failed(
        AlertCondition condition,
        AlertSeverity severity,
        DatabaseHealth health,
        Attempts attempts,
        string fact,
        string hint
    ) =>
        attempts.Last is { Error: { } error }
            ? new AlertFinding(condition, severity, [health.Name], null, $"{fact}: {error.Message}", error.Hint ?? hint)
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
