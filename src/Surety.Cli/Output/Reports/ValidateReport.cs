using System.Text;
using Surety.Core.Compare;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety validate</c> tells: exact, or everything that is not.</summary>
internal static class ValidateReport
{
    public static CommandResult Of(ValidationReport report) =>
        CommandResult.Of(
            ValidateDocument.Of(report),
            Documents.Json.ValidateDocument,
            Text(report),
            report.Exact ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(ValidationReport report)
    {
        var text = new StringBuilder();
        text.Append(
            report.Exact
                ? $"EXACT: database {report.Database} equals backup {report.Backup} ({Compared(report.Rows)}, schema)\n"
                : $"NOT EQUAL: database {report.Database} differs from backup {report.Backup}\n"
        );
        foreach (var table in report.Rows.Tables.Where(table => table.Status != ComparisonStatus.Exact))
        {
            text.Append($"  table {table.Name}: {Word(table.Status)}, {Rows(table.BackupRows)} in the backup, ");
            text.Append($"{Rows(table.DatabaseRows)} in the database");
            text.Append(table.Reason.Length == 0 ? "\n" : $"; {table.Reason}\n");
        }

        if (report.Rows.LargeObjects is { Reason.Length: > 0 } objects)
        {
            text.Append($"  large objects: {Word(objects.Status)}, {objects.Reason}\n");
        }

        foreach (var sequence in report.Rows.Sequences.Where(sequence => sequence.Status != ComparisonStatus.Exact))
        {
            text.Append($"  sequence {sequence.Name}: {Word(sequence.Status)}\n");
        }

        foreach (var difference in report.Schema.Differences)
        {
            text.Append($"  schema {difference.Definition}: {difference.Change.ToString().ToLowerInvariant()}\n");
        }

        if (report.Schema.Doubt is { } doubt)
        {
            text.Append($"  schema: {doubt}\n");
        }

        foreach (var name in report.NotCompared)
        {
            text.Append($"  not compared, derived: {name}\n");
        }

        return text.ToString();
    }

    private static string Compared(RowComparisonReport rows)
    {
        var parts = new List<string> { Units.Count(rows.Tables.Count, "table") };
        if (rows.LargeObjects is { } objects)
        {
            parts.Add(Units.Count(objects.DatabaseCount, "large object"));
        }

        parts.Add(Units.Count(rows.Sequences.Count, "sequence"));
        return string.Join(", ", parts);
    }

    private static string Rows(long? rows) => rows is { } known ? Units.Count(known, "row") : "none";

    /// <summary>The word of the JSON contract.</summary>
    internal static string Word(ComparisonStatus status) =>
        status switch
        {
            ComparisonStatus.Exact => "exact",
            ComparisonStatus.Mismatch => "mismatch",
            ComparisonStatus.Missing => "missing",
            _ => "extra",
        };
}

/// <summary>What <c>validate --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record ValidateDocument(
    string Backup,
    string Database,
    bool Exact,
    int Mismatched,
    string Schema,
    IReadOnlyList<ValidateTable> Tables,
    IReadOnlyList<ValidateSequence> Sequences,
    ValidateLargeObjects? LargeObjects
)
{
    public static ValidateDocument Of(ValidationReport report) =>
        new(
            report.Backup,
            report.Database,
            report.Exact,
            report.Rows.Mismatched,
            report.Schema.Identical ? "identical" : "different",
            [
                .. report.Rows.Tables.Select(table => new ValidateTable(
                    table.Name,
                    ValidateReport.Word(table.Status),
                    table.BackupRows,
                    table.DatabaseRows
                )),
            ],
            [.. report.Rows.Sequences.Select(ValidateSequence.Of)],
            report.Rows.LargeObjects is { } objects
                ? new ValidateLargeObjects(
                    ValidateReport.Word(objects.Status),
                    objects.BackupCount,
                    objects.DatabaseCount,
                    objects.Reason
                )
                : null
        );
}

internal sealed record ValidateTable(string Name, string Status, long? BackupRows, long? DatabaseRows);

internal sealed record ValidateSequence(
    string Name,
    string Status,
    long? BackupValue,
    long? DatabaseValue,
    bool? BackupIsCalled,
    bool? DatabaseIsCalled
)
{
    public static ValidateSequence Of(SequenceComparison sequence) =>
        new(
            sequence.Name,
            ValidateReport.Word(sequence.Status),
            sequence.Backup?.LastValue,
            sequence.Database?.LastValue,
            sequence.Backup?.IsCalled,
            sequence.Database?.IsCalled
        );
}

internal sealed record ValidateLargeObjects(string Status, int BackupCount, int DatabaseCount, string Reason);
