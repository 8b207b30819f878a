using System.Text;
using Surety.Core.Rollback;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety rollback</c> tells: that the database is the backup again, and how to undo that.</summary>
internal static class RollbackResult
{
    public static CommandResult Of(RollbackReport report) =>
        CommandResult.Of(RollbackDocument.Of(report), Documents.Json.RollbackDocument, Text(report));

    internal static string Text(RollbackReport report)
    {
        var text = new StringBuilder($"database {report.Database} equals backup {report.Backup} again, ");
        text.Append($"by {Word(report.Strategy)}, proven, in {Duration(report.DurationSeconds)}\n");
        text.Append($"  {Units.Count(report.RowsInserted, "row")} inserted");
        text.Append(report.RowsDeleted is { } deleted ? $", {Units.Count(deleted)} deleted" : "");
        text.Append($"; sessions were interrupted for {Duration(report.InterruptionSeconds)}\n");
        if (report.KeptDatabase is { } kept)
        {
            text.Append(
                $"  the database from before is kept as {kept}; once nobody needs it: DROP DATABASE \"{kept.Replace("\"", "\"\"", StringComparison.Ordinal)}\";\n"
            );
        }

        text.Append(
            report.SafetyBackup is { } safety
                ? $"  the state from before is backup {safety}; to undo this rollback: surety rollback {safety}\n"
                : "  no safety backup was made\n"
        );
        foreach (var warning in report.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.ToString();
    }

    private static string Duration(double seconds) => Units.Duration(TimeSpan.FromSeconds(seconds));

    /// <summary>The word of the JSON contract and of <c>--strategy</c>.</summary>
    internal static string Word(RollbackStrategy strategy) => strategy.ToString().ToLowerInvariant();
}

/// <summary>What <c>rollback --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record RollbackDocument(
    string Backup,
    string Database,
    string Strategy,
    string? SafetyBackup,
    long? RowsDeleted,
    long RowsInserted,
    string Proof,
    double DurationSeconds,
    double SafetySeconds,
    double InterruptionSeconds,
    string? KeptDatabase,
    IReadOnlyList<string> Warnings
)
{
    public static RollbackDocument Of(RollbackReport report) =>
        new(
            $"{report.Backup}",
            report.Database,
            RollbackResult.Word(report.Strategy),
            report.SafetyBackup is { } safety ? $"{safety}" : null,
            report.RowsDeleted,
            report.RowsInserted,
            report.Proof.ToString().ToLowerInvariant(),
            report.DurationSeconds,
            report.SafetySeconds,
            report.InterruptionSeconds,
            report.KeptDatabase,
            report.Warnings
        );
}
