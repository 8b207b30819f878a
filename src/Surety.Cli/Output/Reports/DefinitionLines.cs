using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;
using Surety.Core.Postgres.Schema;

namespace Surety.Cli.Output.Reports;

/// <summary>The lines of a definition, indented: <c>-</c> the backup's, <c>+</c> the database's, or the later backup's.</summary>
internal static class DefinitionLines
{
    /// <summary>All of them, those that did not change too.</summary>
    public static string All(SchemaDifference change) =>
        Text(Diff(change.BackupSql, change.DatabaseSql).Where(line => line.Text.Length > 0));

    /// <summary>
    /// Those that changed. A comma at the end of a line does not count: a column more puts one behind the line before.
    /// </summary>
    public static string Changed(SchemaDifference change)
    {
        var lines = Only(Diff(WithoutCommas(change.BackupSql), WithoutCommas(change.DatabaseSql)));
        return Text(lines.Count > 0 ? lines : Only(Diff(change.BackupSql, change.DatabaseSql)));
    }

    private static List<DiffPiece> Only(IEnumerable<DiffPiece> lines) =>
        [.. lines.Where(line => line.Type is ChangeType.Deleted or ChangeType.Inserted && line.Text.Length > 0)];

    private static List<DiffPiece> Diff(string? before, string? after) =>
        new InlineDiffBuilder(new Differ()).BuildDiffModel(before ?? "", after ?? "").Lines;

    private static string? WithoutCommas(string? sql) => sql?.Replace(",\n", "\n", StringComparison.Ordinal);

    private static string Text(IEnumerable<DiffPiece> lines) =>
        string.Concat(lines.Select(line => $"    {Sign(line)} {line.Text}\n"));

    private static char Sign(DiffPiece line) =>
        line.Type switch
        {
            ChangeType.Deleted => '-',
            ChangeType.Inserted => '+',
            _ => ' ',
        };
}
