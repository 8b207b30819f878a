using System.Globalization;
using System.Text;
using Surety.Core.Migrations.Rules;
using Surety.Core.Migrations.Runs;

namespace Surety.Cli.Output.Reports.Migrations;

/// <summary>What people read before anything is changed.</summary>
internal static class ChecklistText
{
    // More would push what matters off the screen; --json has all.
    private const int Most = 12;

    public static string Of(MigrationChecklist checklist)
    {
        var what = Units.Count(checklist.Migrations.Count, "migration");
        var text = new StringBuilder(
            $"database {checklist.Database}: {what} to {(checklist.Down ? "take back" : "run")}\n"
        );
        foreach (var migration in checklist.Migrations)
        {
            var alone = migration.InTransaction ? "" : "  (not in one transaction)";
            text.Append($"  {Word(migration.Risk), -6}  {migration.File}{alone}\n");
        }

        Line("risk", Risk(checklist));
        Line("backup", Backup(checklist));
        Line("rehearsal", Rehearsal(checklist.Rehearsal));
        Lines(checklist.Rehearsal?.Facts ?? []);
        Line("way back", Restore(checklist));
        Line("approval", Approval(checklist));
        Line(
            "locks",
            $"a statement waits {Units.Limit(checklist.LockTimeout)} for one at most; {Units.Count(checklist.Attempts, "attempt")}"
        );
        Line(
            "duration",
            checklist.Rehearsal is { } seen ? $"about {Seconds(seen.Seconds)}, as rehearsed" : "not known"
        );
        foreach (var warning in checklist.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.ToString();

        void Line(string label, string value) => text.Append($"  {label, -10} {value}\n");

        void Lines(IReadOnlyList<string> facts)
        {
            foreach (var fact in facts.Take(Most))
            {
                Line("", fact);
            }

            if (facts.Count > Most)
            {
                Line("", $"and {Units.Count(facts.Count - Most)} more");
            }
        }
    }

    /// <summary>The word of the JSON contract and of <c>--allow</c>.</summary>
    public static string Word(RiskLevel risk) => risk.ToString().ToLowerInvariant();

    /// <summary>The reason for the risk: what the check or the rehearsal found worst.</summary>
    public static string Worst(MigrationChecklist checklist) =>
        checklist.Findings is [{ Risk: var risk } worst, ..] && risk == checklist.Risk
            ? $"{worst.File}:{worst.Line} ({worst.Rule}): {worst.Reason}"
        : checklist.Rehearsal?.Facts is [var seen, ..] ? seen
        : "nothing was found";

    private static string Risk(MigrationChecklist checklist)
    {
        var counts = new[] { RiskLevel.High, RiskLevel.Medium, RiskLevel.Low, RiskLevel.None }
            .Select(level => (level, Count: checklist.Findings.Count(finding => finding.Risk == level)))
            .Where(found => found.Count > 0)
            .Select(found => $"{found.Count} {(found.level == RiskLevel.None ? "advice" : Word(found.level))}");
        var ignored = checklist.Findings.Count(finding => finding.Ignored is not null);
        var findings = string.Join(", ", counts) + (ignored == 0 ? "" : $"; {ignored} of them ignored by check alone");
        return findings.Length == 0
            ? $"{Word(checklist.Risk)}; the check found nothing"
            : $"{Word(checklist.Risk)} ({findings}); the worst: {Worst(checklist)}";
    }

    private static string Backup(MigrationChecklist checklist) =>
        checklist.Backup is { } backup
            ? $"{backup.Id}, made {Units.Duration(checklist.BackupAge ?? default)} ago and verified: "
                + $"{Units.Count(backup.Figures.Rows, "row")} in {Units.Count(backup.Figures.Tables, "table")}"
                + (backup.Incomplete.Count == 0 ? "" : $"; INCOMPLETE, see: surety show {backup.Id}")
            : "none: the risk asks for none";

    private static string Rehearsal(RehearsedMigrations? rehearsal) =>
        rehearsal switch
        {
            null => "none was held",
            { Failure: { } failure } => $"FAILED on a copy of backup {rehearsal.Backup}: {failure}",
            _ => $"ran on a copy of backup {rehearsal.Backup} in {Seconds(rehearsal.Seconds)}"
                + $"; seen risk: {Word(rehearsal.Risk)}",
        };

    private static string Restore(MigrationChecklist checklist)
    {
        var tried = checklist.Rehearsal is { } rehearsal
            ? $"tried: restored and proven in {Seconds(rehearsal.RestoreSeconds)}"
            : "not tried now";
        return checklist.Restore is { } drill
            ? $"{tried}; newest drill {Units.Time(drill.At)}{(drill.Seconds is { } s ? $", {Seconds(s)}" : "")}"
            : $"{tried}; no drill has proven a backup of this database";
    }

    private static string Approval(MigrationChecklist checklist) =>
        checklist switch
        {
            { NeedsApproval: true } => "NEEDED",
            { ApprovedBy: { } name } => $"by {name}",
            { Risk: RiskLevel.High } => "not given",
            _ => "not needed",
        };

    private static string Seconds(double seconds) =>
        seconds < 0.1
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms")
            : Units.Duration(TimeSpan.FromSeconds(seconds));
}
