using System.Text;
using System.Text.RegularExpressions;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>
/// pg_dump's text of a whole database, rows included, with rows and definitions in one order: an oracle that shares no
/// code with Surety's own comparison.
/// </summary>
internal static partial class DumpText
{
    public static async Task<byte[]> DumpAsync(ConnectionTarget database)
    {
        var tools = await PostgresFixture.ToolsAsync();
        var command = new ToolCommand(
            tools.PathOf(PostgresTool.PgDump),
            // Rows of one partitioned table are one: a restore may put them into other leaves.
            ["--load-via-partition-root", "--blobs", "--encoding=UTF8"]
        )
        {
            Environment = database.ToEnvironment(),
        };
        using var bytes = new MemoryStream();
        await ToolProcess.RunAsync(
            command,
            (output, token) => output.CopyToAsync(bytes, token),
            CancellationToken.None
        );
        return bytes.ToArray();
    }

    /// <summary>Every definition, and the rows of every table.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(ConnectionTarget database)
    {
        var text = Encoding.UTF8.GetString(await DumpAsync(database));
        var rows = new Dictionary<string, List<string>>();
        var definitions = RowsOfTable()
            .Replace(
                text,
                copy =>
                {
                    var columns = copy.Groups["columns"].Value.Split(", ");
                    var of =
                        $"{copy.Groups["table"].Value} ({string.Join(", ", columns.Order(StringComparer.Ordinal))})";
                    rows.TryAdd(of, []);
                    rows[of].AddRange(copy.Groups["rows"].Value.Split('\n').Select(row => InOrderOf(columns, row)));
                    return "";
                }
            )
            .Split("\n--\n-- ")
            .Select(piece => Random().Replace(piece, "").TrimEnd())
            .Where(piece => !piece.StartsWith("Data for Name: ", StringComparison.Ordinal));
        var tables = rows.Select(t => $"{t.Key}\n{string.Join('\n', t.Value.Order(StringComparer.Ordinal))}");
        return [.. definitions, .. tables];
    }

    /// <summary>The leaves of a partitioned table can have its columns in another order.</summary>
    private static string InOrderOf(string[] columns, string row)
    {
        var fields = row.Split('\t');
        return fields.Length == columns.Length
            ? string.Join('\t', fields.Zip(columns).OrderBy(f => f.Second, StringComparer.Ordinal).Select(f => f.First))
            : row;
    }

    [GeneratedRegex(
        @"^COPY (?<table>.*?) (\((?<columns>.*)\))? ?FROM stdin;\n(?<rows>(.*\n)*?)\\\.\n",
        RegexOptions.Multiline
    )]
    private static partial Regex RowsOfTable();

    [GeneratedRegex(@"^\\(un)?restrict .*$", RegexOptions.Multiline)]
    private static partial Regex Random();
}
