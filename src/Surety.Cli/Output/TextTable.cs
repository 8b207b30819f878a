using System.Text;

namespace Surety.Cli.Output;

/// <summary>A plain table: columns aligned, two spaces between them, nothing drawn; made to be read and to be cut.</summary>
internal sealed class TextTable(params TextColumn[] columns)
{
    private readonly List<string[]> rows =
    [
        [.. columns.Select(column => column.Title)],
    ];

    public void Add(params string[] cells)
    {
        if (cells.Length != columns.Length)
        {
            throw new ArgumentException($"a row of {cells.Length} cells in a table of {columns.Length} columns");
        }

        rows.Add(cells);
    }

    public override string ToString()
    {
        var widths = columns.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var cells = row.Select((cell, i) => columns[i].Right ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            text.Append(string.Join("  ", cells).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}

/// <param name="Title">The heading.</param>
/// <param name="Right">True for figures.</param>
internal readonly record struct TextColumn(string Title, bool Right = false);
