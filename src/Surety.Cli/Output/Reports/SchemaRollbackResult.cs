using System.Text;
using Surety.Core.Compare;
using Surety.Core.Migrations.History;
using Surety.Core.Rollback;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>schema rollback</c> tells: first what it would take away, in the end what it did.</summary>
internal static class SchemaRollbackResult
{
    /// <param name="report">Null where there was nothing to take back.</param>
    public static CommandResult Of(Manifest manifest, SchemaRollbackLoss loss, RollbackReport? report) =>
        CommandResult.Of(
            SchemaRollbackDocument.Of(manifest, loss, report),
            Documents.Json.SchemaRollbackDocument,
            report is null
                ? $"database {loss.Difference.Database} has the schema of backup {manifest.Id}; nothing was changed\n"
                    + (
                        loss.Difference.Equal
                            ? ""
                            : $"  its rows differ; to take those back: surety rollback {manifest.Id}\n"
                    )
                : RollbackResult.Text(report)
        );

    /// <summary>What is there now and would be gone, in lines for people.</summary>
    public static string Losses(SchemaRollbackLoss loss)
    {
        var lines = Lines(loss).ToList();
        var text = new StringBuilder();
        text.Append($"taking the schema of database {loss.Difference.Database} back takes its rows back too\n");
        text.Append(lines.Count == 0 ? "  no table, column or row came since\n" : "  there now, and lost:\n");
        foreach (var line in lines)
        {
            text.Append($"    {line}\n");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Lines(SchemaRollbackLoss loss) =>
        [
            .. loss.Tables.Select(t => $"table {t.Name} with {Units.Count(t.DatabaseRows ?? 0, "row")}"),
            .. loss.Columns.Select(c => $"column {c.Column} of {c.Table} with {Units.Count(c.Values, "value")}"),
            .. loss.Rows.Select(RowsOf),
        ];

    private static string RowsOf(TableDifference table)
    {
        if (table.Reason.Length > 0)
        {
            return $"whatever {table.Name} has in its {Units.Count(table.DatabaseRows ?? 0, "row")}: it becomes the "
                + $"{Units.Count(table.BackupRows ?? 0, "row")} of the backup ({table.Reason})";
        }

        string[] parts =
        [
            table.OnlyInDatabase > 0 ? $"{Units.Count(table.OnlyInDatabase, "row")} that came since" : "",
            table.Changed > 0 ? $"the present values of {Units.Count(table.Changed.Value, "row")}" : "",
            table.OnlyInBackup > 0 ? $"(and {Units.Count(table.OnlyInBackup, "row")} come back)" : "",
        ];
        return $"of {table.Name} {string.Join(" ", parts.Where(part => part.Length > 0))}";
    }
}

/// <summary>What <c>schema rollback --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record SchemaRollbackDocument(
    string Backup,
    string Database,
    SchemaRollbackDocumentLoss Lost,
    RollbackDocument? Rollback
)
{
    public static SchemaRollbackDocument Of(Manifest manifest, SchemaRollbackLoss loss, RollbackReport? report) =>
        new(
            $"{manifest.Id}",
            loss.Difference.Database,
            new SchemaRollbackDocumentLoss(
                [.. loss.Tables.Select(t => new SchemaRollbackDocumentTable(t.Name, t.DatabaseRows))],
                loss.Columns,
                [
                    .. loss.Rows.Select(t => new SchemaRollbackDocumentRows(
                        t.Name,
                        t.BackupRows,
                        t.DatabaseRows,
                        t.OnlyInDatabase,
                        t.Changed,
                        t.Reason
                    )),
                ]
            ),
            report is null ? null : RollbackDocument.Of(report)
        );
}

/// <param name="Tables">That came since.</param>
/// <param name="Columns">That came since, of tables that the backup has.</param>
/// <param name="Rows">Of tables that the backup has.</param>
internal sealed record SchemaRollbackDocumentLoss(
    IReadOnlyList<SchemaRollbackDocumentTable> Tables,
    IReadOnlyList<LostColumn> Columns,
    IReadOnlyList<SchemaRollbackDocumentRows> Rows
);

internal sealed record SchemaRollbackDocumentTable(string Name, long? Rows);

internal sealed record SchemaRollbackDocumentRows(
    string Name,
    long? BackupRows,
    long? DatabaseRows,
    long OnlyInDatabase,
    long? Changed,
    string Reason
);
