using System.Text;
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

            if (report.Format == ExportFormat.Csv)
            {
                await LoadAsync(
                    database,
                    file,
                    $"COPY {table} ({names}) FROM STDIN (FORMAT csv, HEADER);\n",
                    "\\.\r\n"
                );
            }
            else
            {
                // Quote and delimiter are bytes that no JSON has: a line is one value.
                await LoadAsync(
                    database,
                    file,
                    "CREATE TEMP TABLE lines (line json);\n"
                        + "COPY lines FROM STDIN (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02');\n",
                    $"\\.\nINSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {Values(columns)} FROM lines, json_populate_record(NULL::{table}, line) r;\n"
                );
            }
        }
    }

    private async Task LoadAsync(ConnectionTarget database, JsonElement file, string before, string after)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("load.sql");
        var encoding = metadata.GetProperty("encoding").GetString();
        await using (var script = File.Create(path))
        {
            await script.WriteAsync(Encoding.UTF8.GetBytes($"SET client_encoding = '{encoding}';\n{before}"));
            await using (var rows = File.OpenRead(PathOf(file)))
            {
                await rows.CopyToAsync(script);
            }

            await script.WriteAsync(Encoding.UTF8.GetBytes(after));
        }

        await RunAsync(path, database);
    }

    /// <summary>The function takes the null of a JSON value for NULL.</summary>
    private static string Values(IEnumerable<JsonElement> columns) =>
        string.Join(
            ", ",
            columns.Select(column =>
                column.GetProperty("name").GetString()! is var name && column.GetProperty("form").GetString() == "json"
                    ? $"(line -> {SqlText.Literal(name)})::{column.GetProperty("type").GetString()}"
                    : $"r.{SqlText.Identifier(name)}"
            )
        );
}
