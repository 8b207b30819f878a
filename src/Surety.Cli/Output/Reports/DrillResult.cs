using System.Text;
using Surety.Core.Drill;
using Surety.Core.Listing;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety drill</c> tells.</summary>
internal static class DrillResult
{
    public static CommandResult Of(DrillReport report) =>
        CommandResult.Of(
            DrillDocument.Of(report),
            Documents.Json.DrillDocument,
            Text(report),
            report.IsProven ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(DrillReport report)
    {
        var backup = $"backup {report.Backup.Id} of {report.Backup.Database}";
        var text = new StringBuilder(report.IsProven ? $"PROVEN: {backup} restores\n" : $"FAILED: {backup}\n");
        foreach (var failure in report.Failures)
        {
            text.Append($"  {failure}\n");
        }

        if (report.RestoreSeconds is { } seconds)
        {
            text.Append($"  restored {Units.Count(report.Rows, "row")} in {Seconds(seconds)}");
            text.Append(
                $" on PostgreSQL {report.ServerVersion}; checked and ready after {Seconds(report.TotalSeconds)}\n"
            );
        }

        foreach (var assertion in report.Assertions.Where(assertion => assertion.Holds))
        {
            text.Append($"  holds: {assertion.Assertion.Name.ReplaceLineEndings(" ")}\n");
        }

        foreach (var warning in report.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.Append(report.ServerVersion is null ? "" : "  the copy is removed\n").ToString();
    }

    private static string Seconds(double seconds) => Units.Duration(TimeSpan.FromSeconds(seconds));
}

/// <summary>What <c>drill --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record DrillDocument(
    string Backup,
    string Database,
    string Outcome,
    IReadOnlyList<string> Failures,
    string? ServerVersion,
    double? RestoreSeconds,
    double TotalSeconds,
    long Rows,
    IReadOnlyList<DrillDocumentAssertion> Assertions,
    IReadOnlyList<string> Warnings
)
{
    public static DrillDocument Of(DrillReport report) =>
        new(
            report.Backup.Id.ToString(),
            report.Backup.Database,
            MarkWords.Drill(report.IsProven),
            report.Failures,
            report.ServerVersion,
            report.RestoreSeconds,
            report.TotalSeconds,
            report.Rows,
            [.. report.Assertions.Select(DrillDocumentAssertion.Of)],
            report.Warnings
        );
}

internal sealed record DrillDocumentAssertion(string Name, bool Holds, string Expected, string? Actual, string? Problem)
{
    public static DrillDocumentAssertion Of(AssertionResult result) =>
        new(result.Assertion.Name, result.Holds, result.Assertion.Expect, result.Actual, result.Problem);
}
