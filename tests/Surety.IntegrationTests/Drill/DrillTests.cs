using System.Text.Json;
using Npgsql;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Drill;

/// <summary>A drill proves a backup by restoring it, says what it found, and leaves nothing of it.</summary>
public sealed class DrillTests(PrivateServer server) : IClassFixture<PrivateServer>
{
    private const string Rows = """
        CREATE TABLE orders (id int PRIMARY KEY, total numeric);
        INSERT INTO orders SELECT i, i * 1.5 FROM generate_series(1, 5000) i;
        """;

    [SharedDataFact]
    public async Task A_real_database_is_restored_validated_and_asked_what_has_to_be_true()
    {
        var tools = await PostgresFixture.ToolsAsync();
        var database = await server.CreateAsync("CREATE EXTENSION IF NOT EXISTS plpgsql");
        await SampleDatabase.Named("chinook").LoadAsync(tools, database, CancellationToken.None);
        using var surety = await OnAsync(
            database,
            "SELECT count(*) > 0 FROM artist",
            "{ name: albums, sql: SELECT count(*) FROM album, expect: 347 }",
            "{ name: too many, sql: SELECT count(*) FROM album, expect: 346 }",
            "{ name: misspelt, sql: SELECT count(*) FROM albun }",
            "{ name: reads only, sql: 'WITH d AS (DELETE FROM artist RETURNING 1) SELECT count(*) = 0 FROM d' }",
            "{ name: two values, sql: 'SELECT 1, 2' }"
        );
        var backup = await surety.RequireAsync("backup");

        var run = await surety.RunAsync("drill", "--json");

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("backup").GetString().ShouldBe(backup.GetProperty("id").GetString());
        run.Json.GetProperty("outcome").GetString().ShouldBe("failed");
        run.Json.GetProperty("rows").GetInt64().ShouldBe(backup.GetProperty("rows").GetInt64());
        var assertions = run.Json.GetProperty("assertions").EnumerateArray().ToList();
        assertions.Select(a => a.GetProperty("holds").GetBoolean()).ShouldBe([true, true, false, false, false, false]);
        assertions[1].GetProperty("actual").GetString().ShouldBe("347");
        assertions[3].GetProperty("problem").GetString().ShouldBe("relation \"albun\" does not exist (SQLSTATE 42P01)");
        assertions[4].GetProperty("problem").GetString()!.ShouldContain("read-only transaction");
        assertions[5].GetProperty("problem").GetString().ShouldBe("it gives 2 columns, and has to give one");
        run.Json.GetProperty("failures").GetArrayLength().ShouldBe(4, "nothing but the assertions");
        await ShouldBeMarkedAsync(surety, "failed");
        var record = (await surety.RequireAsync("journal", "--last", "1")).GetProperty("records")[0];
        record.GetProperty("outcome").GetString().ShouldBe("failed");
        record.GetProperty("message").GetString().ShouldBe("assertion \"too many\" gave 347 instead of 346");
    }

    [Fact]
    public async Task A_drill_that_proves_its_backup_takes_an_earlier_failure_back()
    {
        using var surety = await OnAsync(await server.CreateAsync(Rows), "SELECT count(*) = 5000 FROM orders");
        await surety.RequireAsync("backup");
        var damaged = Largest(surety);
        var whole = File.ReadAllBytes(damaged);
        File.WriteAllText(damaged, "damaged");

        var failed = await surety.RunAsync("drill", "--json");
        await ShouldBeMarkedAsync(surety, "failed");
        File.WriteAllBytes(damaged, whole);
        var proven = await surety.RequireAsync("drill");

        failed.ExitCode.ShouldBe(3);
        failed.Json.GetProperty("failures")[0].GetString()!.ShouldContain(Path.GetFileName(damaged));
        proven.GetProperty("outcome").GetString().ShouldBe("proven");
        proven.GetProperty("failures").GetArrayLength().ShouldBe(0);
        await ShouldBeMarkedAsync(surety, "proven");
    }

    [Fact]
    public async Task A_drill_on_a_server_that_was_named_leaves_no_database_there()
    {
        using var surety = await OnAsync(await server.CreateAsync(Rows), "SELECT count(*) = 5000 FROM orders");
        await surety.RequireAsync("backup");
        var before = await server.DatabasesAsync();

        var drill = await surety.RequireAsync("drill", "--into", $"{server.Target}");
        File.WriteAllText(Largest(surety), "damaged");
        var failed = await surety.RunAsync("drill", "--into", $"{server.Target}");

        drill.GetProperty("assertions")[0].GetProperty("holds").GetBoolean().ShouldBeTrue();
        failed.ExitCode.ShouldBe(3);
        (await server.DatabasesAsync()).ShouldBe(before);
        var records = (await surety.RequireAsync("journal", "--operation", "drill")).GetProperty("records");
        records[0].GetProperty("role").GetString().ShouldBe("postgres");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drill_that_is_killed_or_stopped_leaves_no_server(bool killed)
    {
        using var surety = await OnAsync(await server.CreateAsync(Rows), "SELECT pg_sleep(3600) IS NULL");
        await surety.RequireAsync("backup");
        var process = surety.Start("drill");
        var id = process.Id;
        var scratch = "";
        await Eventually.Is(() => (scratch = Scratch(id)) != "");
        await Eventually.Is(async () => await IsAskedAsync(scratch));

        if (killed)
        {
            process.Kill();
        }
        else
        {
            SuretyProgram.PressCtrlC(process);
        }

        var run = await SuretyProgram.EndOfAsync(process);
        await Eventually.Is(() => Scratch(id) == "");
        await Eventually.Is(() => !Postmasters(scratch).Any());
        var records = (await surety.RequireAsync("journal", "--operation", "drill")).GetProperty("records");
        records.GetArrayLength().ShouldBe(killed ? 0 : 1);
        if (!killed)
        {
            run.ExitCode.ShouldBe(130, run.Error);
            records[0].GetProperty("outcome").GetString().ShouldBe("cancelled");
            surety.Files("locks").ShouldBeEmpty();
        }

        Listed(await surety.RequireAsync("list")).GetProperty("drilledAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_copy_that_a_killed_drill_left_on_a_named_server_is_named()
    {
        using var surety = await OnAsync(await server.CreateAsync(Rows), "SELECT pg_sleep(3600) IS NULL");
        await surety.RequireAsync("backup");
        var process = surety.Start("drill", "--into", $"{server.Target}");
        await Eventually.Is(async () => await IsAskedAsync(server.Target));
        (await Doctor(surety)).ShouldNotContain("is left of", Case.Sensitive, "it is in use");

        process.Kill();
        await SuretyProgram.EndOfAsync(process);
        var copy = (await server.DatabasesAsync()).Single(name => name.StartsWith("surety_drill_"));
        await PostgresFixture.ExecuteAsync(
            server.Target,
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{copy}'"
        );
        await server.NobodyIsConnectedAsync();

        var told = await Doctor(surety);
        await PostgresFixture.ExecuteAsync(server.Target, $"DROP DATABASE {copy}");
        told.ShouldContain(
            $"database \"{copy}\" is left of a drill that was killed, and nobody uses it; to remove it: DROP DATABASE \"{copy}\";"
        );
    }

    [Fact]
    public async Task A_restore_that_fails_is_in_the_journal_with_its_error()
    {
        var database = await server.CreateAsync(Rows);
        using var surety = await OnAsync(database);
        await surety.RequireAsync("backup");

        var run = await surety.RunAsync("restore", "latest", "--into", database.Database);

        run.ExitCode.ShouldBe(4);
        var records = (await surety.RequireAsync("journal")).GetProperty("records");
        records.EnumerateArray().Select(r => r.GetProperty("operation").GetString()).ShouldBe(["restore", "backup"]);
        var record = records[0];
        record.GetProperty("outcome").GetString().ShouldBe("refused");
        record.GetProperty("error").GetString().ShouldBe("target-not-empty");
        record.GetProperty("database").GetString().ShouldBe(database.Database);
        record.GetProperty("role").GetString().ShouldBe("postgres");
        records[1].GetProperty("figures").GetProperty("rows").GetInt64().ShouldBe(5000);
        (await surety.RequireAsync("journal", "--failed")).GetProperty("records").GetArrayLength().ShouldBe(1);
    }

    private static async Task<SuretyProgram> OnAsync(ConnectionTarget database, params string[] assertions)
    {
        var surety = await SuretyProgram.OnAsync(database);
        var items = string.Concat(assertions.Select(assertion => $"        - {assertion}\n"));
        File.WriteAllText(
            Path.Combine(surety.Folder, "surety.yaml"),
            $"databases:\n  own:\n    url: '{database}'\n    drill:\n      assertions:\n{(items == "" ? "        []\n" : items)}"
        );
        return surety;
    }

    private static async Task ShouldBeMarkedAsync(SuretyProgram surety, string outcome)
    {
        var listed = Listed(await surety.RequireAsync("list"));
        listed.GetProperty("drillOutcome").GetString().ShouldBe(outcome);
        listed.GetProperty("drilledAt").ValueKind.ShouldBe(JsonValueKind.String);
        var shown = await surety.RequireAsync("show", "latest");
        shown.GetProperty("drillOutcome").GetString().ShouldBe(outcome);
        var text = (await surety.RunAsync("list")).Out;
        text.ShouldContain(outcome == "proven" ? "complete,drilled" : "complete,DRILL-FAILED");
    }

    private static JsonElement Listed(JsonElement list) => list.GetProperty("backups")[0];

    private static async Task<string> Doctor(SuretyProgram surety) => (await surety.RunAsync("doctor")).Out;

    private static string Largest(SuretyProgram surety) =>
        surety.Files("objects").MaxBy(file => new FileInfo(file).Length)!;

    /// <summary>The folder of the scratch server of a process, or nothing.</summary>
    private static string Scratch(int processId) =>
        Directory.EnumerateDirectories(Path.GetTempPath(), $"surety-scratch-{processId}-*").FirstOrDefault("");

    private static async Task<bool> IsAskedAsync(string scratch)
    {
        try
        {
            return await IsAskedAsync(
                new ConnectionTarget
                {
                    Host = scratch,
                    Database = "postgres",
                    User = "postgres",
                }
            );
        }
        catch (NpgsqlException)
        {
            // It is still starting.
            return false;
        }
    }

    /// <summary>True once the assertion that never ends is being checked.</summary>
    private static async Task<bool> IsAskedAsync(ConnectionTarget server) =>
        await PostgresFixture.ScalarAsync<long>(
            server,
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)%' AND pid <> pg_backend_pid()"
        ) > 0;

    private static IEnumerable<int> Postmasters(string scratch) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && ProcessTable.IsRunning(id) && CommandLine(id).Contains(scratch));

    private static string CommandLine(int processId)
    {
        try
        {
            return ProcessTable.CommandLineOf(processId);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
