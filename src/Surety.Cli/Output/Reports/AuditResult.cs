using System.Text;
using Surety.Core.Audit;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety report</c> prints: a line for each database, or the page, or the figures as a document.</summary>
internal static class AuditResult
{
    /// <param name="page">Printed in the place of the text; null for the text.</param>
    /// <param name="file">Where the page was written; null where it was not.</param>
    public static CommandResult Of(AuditReport report, string? page, string? file) =>
        CommandResult.Of(
            report,
            Documents.Json.AuditReport,
            page ?? Text(report, file),
            report.Unreadable.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(AuditReport report, string? file)
    {
        var text = new StringBuilder($"{Units.Time(report.Since)} to {Units.Time(report.Until)}\n");
        var table = new TextTable(
            new("DATABASE"),
            new("MADE", Right: true),
            new("FAILED", Right: true),
            new("SUCCESS", Right: true),
            new("NEWEST PROVEN"),
            new("LONGEST RESTORE"),
            new("INCIDENTS", Right: true)
        );
        foreach (var database in report.Databases)
        {
            table.Add(
                database.Name,
                Units.Count(database.Backups.Made),
                Units.Count(database.Backups.Failed),
                database.Backups.SuccessRate is { } rate ? Units.Percent(rate) : "-",
                Judged(Newest(database.Freshness), database.Freshness.MeetsTarget),
                Judged(Longest(database.Drills), database.Drills.MeetsTarget),
                Units.Count(database.Incidents.Count)
            );
        }

        text.Append(report.Databases.Count == 0 ? "no database was backed up, and none was to be\n" : $"{table}");
        foreach (var line in report.Unreadable)
        {
            text.Append($"CANNOT BE READ: {line}\n");
        }

        text.Append(file is null ? "'surety report --output FILE' writes the whole report\n" : $"written to {file}\n");
        return text.ToString();
    }

    private static string Newest(AuditFreshness freshness) =>
        freshness.NewestProven is { } proven ? $"{Units.Age(TimeSpan.FromSeconds(proven.AgeSeconds))} old" : "none";

    private static string Longest(AuditDrills drills) =>
        drills.LongestRestoreSeconds is { } longest ? Units.Duration(TimeSpan.FromSeconds(longest)) : "not measured";

    private static string Judged(string figure, bool? isMet) => isMet == false ? $"{figure} (target missed)" : figure;
}
