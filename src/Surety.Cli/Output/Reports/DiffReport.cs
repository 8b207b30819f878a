using System.Text;
using Surety.Core.Compare;
using Surety.Core.Postgres.Schema;

namespace Surety.Cli.Output.Reports;

/// <summary>The result of <c>diff</c>: what differs, and nothing of what is equal.</summary>
internal static class DiffReport
{
    public static CommandResult Of(DifferenceReport report) =>
        CommandResult.Of(
            DiffDocument.Of(report),
            Documents.Json.DiffDocument,
            Text(report),
            report.Equal ? ExitCodes.Done : ExitCodes.NotSound
        );

    public static string Word(SchemaChange change) =>
        change switch
        {
            SchemaChange.Missing => "missing",
            SchemaChange.Extra => "extra",
            _ => "changed",
        };

    private static string Text(DifferenceReport report)
    {
        var other = report.OtherBackup is { } id ? $"backup {id}" : $"database {report.Database}";
        var scope = report.Schema is null ? "the rows that were compared" : "everything that was compared";
        var text = new StringBuilder();
        text.Append(
            report.Equal
                ? $"{other} equals backup {report.Backup}: {scope}\n"
                : $"{other} differs from backup {report.Backup}\n"
        );
        text.Append(Changes(report));
        foreach (var name in report.NotCompared)
        {
            text.Append($"  not compared, derived: {name}\n");
        }

        return text.ToString();
    }

    /// <summary>What differs, in indented lines.</summary>
    public static string Changes(DifferenceReport report) => Rows(report) + Schema(report);

    /// <summary>Tables, sequences and large objects that differ, a line each, with some keys.</summary>
    private static string Rows(DifferenceReport report)
    {
        var there = report.OtherBackup is null ? "the database" : "the other backup";
        var text = new StringBuilder();
        foreach (var table in report.Tables.Where(t => t.Status != ComparisonStatus.Exact))
        {
            text.Append($"  {table.Name}: {Summary(table, there)}\n");
            text.Append(Keys("only in the backup", table.Key, table.BackupKeys, table.OnlyInBackup));
            text.Append(Keys($"only in {there}", table.Key, table.DatabaseKeys, table.OnlyInDatabase));
            text.Append(Keys("changed", table.Key, table.ChangedKeys, table.Changed ?? 0));
        }

        foreach (var sequence in report.Sequences.Where(s => s.Status != ComparisonStatus.Exact))
        {
            text.Append($"  sequence {sequence.Name}: {Summary(sequence, there)}\n");
        }

        if (report.LargeObjects is { IsEmpty: false } objects)
        {
            text.Append(
                $"  large objects: {Units.Count(objects.OnlyInBackup)} only in the backup, "
                    + $"{Units.Count(objects.OnlyInDatabase)} only in {there}, {Units.Count(objects.Changed)} changed\n"
            );
        }

        return text.ToString();
    }

    private static string Summary(TableDifference table, string there)
    {
        string[] parts =
        [
            table.Status switch
            {
                ComparisonStatus.Missing => $"not in {there}",
                ComparisonStatus.Extra => "not in the backup",
                _ => "",
            },
            table.Reason,
            RowsOf(table.OnlyInBackup, "only in the backup"),
            RowsOf(table.OnlyInDatabase, $"only in {there}"),
            RowsOf(table.Changed ?? 0, "changed"),
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    private static string RowsOf(long rows, string where) => rows == 0 ? "" : $"{Units.Count(rows, "row")} {where}";

    private static string Summary(SequenceComparison sequence, string there) =>
        sequence.Status switch
        {
            ComparisonStatus.Missing => $"not in {there}",
            ComparisonStatus.Extra => "not in the backup",
            _ => $"{State(sequence.Backup)} in the backup, {State(sequence.Database)} in {there}",
        };

    private static string State((long LastValue, bool IsCalled)? state) =>
        state is { } known ? $"{known.LastValue}{(known.IsCalled ? "" : " (not called yet)")}" : "unknown";

    private static string Keys(
        string where,
        IReadOnlyList<string> columns,
        IReadOnlyList<IReadOnlyList<string>> keys,
        long rows
    )
    {
        var values = string.Join("; ", keys.Select(key => string.Join(", ", key)));
        var more = rows > keys.Count ? "; ..." : "";
        return keys.Count == 0 ? "" : $"    {where}: {string.Join(", ", columns)} = {values}{more}\n";
    }

    private static string Schema(DifferenceReport report)
    {
        var text = new StringBuilder();
        foreach (var change in report.Schema?.Differences ?? [])
        {
            text.Append($"  schema {change.Definition}: {Word(change.Change)}\n");
            text.Append(DefinitionLines.All(change));
        }

        if (report.Schema?.Doubt is { } doubt)
        {
            text.Append($"  schema: {doubt}\n");
        }

        return text.ToString();
    }
}
