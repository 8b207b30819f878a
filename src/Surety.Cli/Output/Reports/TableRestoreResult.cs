using System.Text;
using Surety.Core.Restore;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety restore --table</c> tells.</summary>
internal static class TableRestoreResult
{
    /// <summary>What a confirmation is asked for, a line a table.</summary>
    public static IReadOnlyList<string> Replaced(TableRestorePlan plan) =>
        [
            .. plan.Replaced.Select(table =>
                $"{table.Name} ({Units.Count(table.RowsNow!.Value, "row")} now -> {Units.Count(table.RowsInBackup)} in the backup)"
            ),
        ];

    public static CommandResult Of(Manifest manifest, TableRestoreReport report) =>
        CommandResult.Of(
            new TableRestoreDocument(manifest.Id.ToString(), report.Database, report.Tables, report.DurationSeconds),
            Documents.Json.TableRestoreDocument,
            Text(manifest, report)
        );

    private static string Text(Manifest manifest, TableRestoreReport report)
    {
        var text = new StringBuilder($"restored {Units.Count(report.Tables.Count, "table")} of backup {manifest.Id} ");
        text.Append($"into database {report.Database}, proven equal, ");
        text.Append($"in {Units.Duration(TimeSpan.FromSeconds(report.DurationSeconds))}\n");
        foreach (var table in report.Tables)
        {
            text.Append($"  {table.Name}: {Outcome(table)}\n");
        }

        return text.ToString();
    }

    private static string Outcome(RestoredTable table) =>
        table switch
        {
            { Outcome: "beside" } => $"{Units.Count(table.Rows, "row")} beside it as {table.RestoredAs}",
            { RowsBefore: { } before } =>
                $"{Units.Count(before, "row")} replaced by {Units.Count(table.Rows)} of the backup",
            _ => $"created with {Units.Count(table.Rows, "row")}",
        };
}

/// <summary>
/// What <c>restore --table --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.
/// </summary>
internal sealed record TableRestoreDocument(
    string Backup,
    string Database,
    IReadOnlyList<RestoredTable> Tables,
    double DurationSeconds
);
