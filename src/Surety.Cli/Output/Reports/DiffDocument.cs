using Surety.Core.Compare;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>diff --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record DiffDocument(
    string Backup,
    string? OtherBackup,
    string Database,
    bool Equal,
    IReadOnlyList<DiffTable> Tables,
    IReadOnlyList<ValidateSequence> Sequences,
    LargeObjectsDifference? LargeObjects,
    string? Schema,
    IReadOnlyList<DiffDefinition> SchemaChanges,
    string? SchemaDoubt,
    double DurationSeconds
)
{
    public static DiffDocument Of(DifferenceReport report) =>
        new(
            report.Backup,
            report.OtherBackup,
            report.Database,
            report.Equal,
            [
                .. report.Tables.Select(table => new DiffTable(
                    table.Name,
                    ValidateReport.Word(table.Status),
                    table.BackupRows,
                    table.DatabaseRows,
                    table.OnlyInBackup,
                    table.OnlyInDatabase,
                    table.Changed,
                    table.Reason,
                    table.Key,
                    new DiffKeys(table.BackupKeys, table.DatabaseKeys, table.ChangedKeys)
                )),
            ],
            [.. report.Sequences.Select(ValidateSequence.Of)],
            report.LargeObjects,
            report.Schema switch
            {
                null => null,
                { Identical: true } => "identical",
                _ => "different",
            },
            [
                .. (report.Schema?.Differences ?? []).Select(change => new DiffDefinition(
                    change.Definition,
                    DiffReport.Word(change.Change),
                    change.BackupSql,
                    change.DatabaseSql
                )),
            ],
            report.Schema?.Doubt,
            Math.Round(report.Duration.TotalSeconds, 3)
        );
}

internal sealed record DiffTable(
    string Name,
    string Status,
    long? BackupRows,
    long? DatabaseRows,
    long OnlyInBackup,
    long OnlyInDatabase,
    long? Changed,
    string Reason,
    IReadOnlyList<string> Key,
    DiffKeys SampleKeys
);

internal sealed record DiffKeys(
    IReadOnlyList<IReadOnlyList<string>> OnlyInBackup,
    IReadOnlyList<IReadOnlyList<string>> OnlyInDatabase,
    IReadOnlyList<IReadOnlyList<string>> Changed
);

internal sealed record DiffDefinition(string Definition, string Change, string? BackupSql, string? DatabaseSql);
