using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>The tables of a backup, largest first.</summary>
internal static class TableSizes
{
    /// <param name="tables">In any order.</param>
    /// <param name="limit">How many get a line of their own; the others share one.</param>
    public static string Text(IReadOnlyList<TableEntry> tables, int limit)
    {
        if (tables.Count == 0)
        {
            return "no tables\n";
        }

        var text = new TextTable(new("TABLE"), new("ROWS", Right: true), new("SIZE", Right: true));
        var largestFirst = tables
            .OrderByDescending(table => table.RawBytes)
            .ThenByDescending(table => table.Receipt.Rows)
            .ThenBy(Name, StringComparer.Ordinal)
            .ToList();

        // A shared line for a single table would say less in the same space.
        var shown = tables.Count <= limit + 1L ? tables.Count : limit;
        foreach (var table in largestFirst.Take(shown))
        {
            text.Add(Name(table), Units.Count(table.Receipt.Rows), Units.Bytes(table.RawBytes));
        }

        var others = largestFirst.Skip(shown).ToList();
        if (others.Count > 0)
        {
            text.Add(
                $"{Units.Count(others.Count)} smaller tables",
                Units.Count(others.Sum(table => table.Receipt.Rows)),
                Units.Bytes(others.Sum(table => table.RawBytes))
            );
        }

        return text.ToString();
    }

    public static string Name(TableEntry table) => $"{table.Schema}.{table.Name}";
}
