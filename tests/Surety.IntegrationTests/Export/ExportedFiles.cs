using System.Text.Json;
using Surety.Core.Export;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Export;

/// <summary>An export as somebody gets it who has its folder, psql and nothing of Surety: its metadata says what to load.</summary>
internal sealed class ExportedFiles(TemporaryFolder folder, ExportReport report)
{
    private readonly JsonElement metadata = JsonSerializer.Deserialize<JsonElement>(
        File.ReadAllBytes(Path.Combine(folder.Path, report.Description))
    );

    public IEnumerable<JsonElement> Files => metadata.GetProperty("files").EnumerateArray();

    public string PathOf(JsonElement file) => Path.Combine(folder.Path, file.GetProperty("name").GetString()!);

    /// <summary>The file whose name begins so.</summary>
    public string Named(string start) => Directory.GetFiles(folder.Path, $"{start}-export-*").Single();

    /// <summary>Runs a script as its reader would.</summary>
    public static async Task RunAsync(string script, ConnectionTarget database)
    {
        var tools = await PostgresFixture.ToolsAsync();
        var psql = new ToolCommand(
            tools.PathOf(PostgresTool.Psql),
            ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", $"--file={script}"]
        )
        {
            // Event triggers fire for what comes after them in a script (pg_dump writes them last for that).
            Environment = new Dictionary<string, string>(database.ToEnvironment())
            {
                ["PGOPTIONS"] = "-c session_replication_role=replica",
            },
        };
        await ToolProcess.ReadTextAsync(psql, CancellationToken.None);
    }

    /// <summary>Loads every table's rows, by psql's own means.</summary>
    /// <param name="destination">The table to load a table's rows into.</param>
    public async Task LoadRowsAsync(ConnectionTarget database, Func<string, string> destination)
    {
        foreach (var file in Files)
        {
            var columns = file.GetProperty("columns").EnumerateArray().ToList();
            var table = destination(file.GetProperty("table").GetString()!);
            var names = string.Join(", ", columns.Select(c => SqlText.Identifier(c.GetProperty("name").GetString()!)));
            if (columns.Count == 0)
            {
                var rows = file.GetProperty("rows").GetInt64();
                await PostgresFixture.ExecuteAsync(
                    database,
                    $"INSERT INTO {table} SELECT FROM generate_series(1, {rows})"
                );
                continue;
            }

            using var script = new TemporaryFolder();
            var path = script.Combine("load.sql");
            File.WriteAllText(
                path,
                report.Format == ExportFormat.Csv ? LoadCsv(file, table, names) : LoadJson(file, table, names, columns)
            );
            await RunAsync(path, database);
        }
    }

    private string LoadCsv(JsonElement file, string table, string names) =>
        $"""
            SET client_encoding = 'UTF8';
            \copy {table} ({names}) FROM '{PathOf(file)}' (FORMAT csv, HEADER)
            """;

    private string LoadJson(JsonElement file, string table, string names, IEnumerable<JsonElement> columns)
    {
        var values = columns.Select(column =>
        {
            var key = SqlText.Literal(column.GetProperty("name").GetString()!);
            var arrow = column.GetProperty("form").GetString() == "json" ? "->" : "->>";
            return $"(line {arrow} {key})::{column.GetProperty("type").GetString()}";
        });
        // Quote and delimiter are bytes that no JSON has: a line is one value.
        return $"""
            SET client_encoding = 'UTF8';
            CREATE TEMP TABLE lines (line json);
            \copy lines FROM '{PathOf(file)}' (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
            INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {string.Join(", ", values)} FROM lines;
            """;
    }
}
