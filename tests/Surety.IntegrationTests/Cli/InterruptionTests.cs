using System.Diagnostics;
using Npgsql;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

/// <summary>An operation that is stopped leaves nothing behind but what the next one can use.</summary>
public sealed class InterruptionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Tables = "CREATE TABLE large AS SELECT 1 AS id; CREATE TABLE small (id int)";

    // Some 300 MB of rows that do not compress: reading them takes a while.
    private const string ManyRows = """
        CREATE TABLE large AS SELECT n AS id, md5(n::text) || md5((-n)::text) AS text FROM generate_series(1, 3000000) n
        """;

    public static TheoryData<string> Signals => ["SIGINT", "SIGTERM"];

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task A_backup_that_is_interrupted_leaves_no_backup_no_lock_and_no_query(string signal)
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, ManyRows);
        using var surety = await SuretyProgram.OnAsync(database);
        var process = surety.Start("backup", "--jobs", "1");
        await Eventually.Is(() => surety.Files("objects").Length > 2);

        Send(signal, process);
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(130, run.Error);
        run.Error.ShouldContain("cancelling and cleaning up; a second Ctrl-C stops at once\n");
        run.Error.ShouldEndWith("ERROR [cancelled]: cancelled; no backup was made and the database was not changed\n");
        await NothingRunsAsync(database.Database);
        surety.Files("backups").ShouldBeEmpty();
        surety.Files("locks").ShouldBeEmpty();
        var next = await surety.RequireAsync("backup");
        next.GetProperty("rows").GetInt64().ShouldBe(3_000_000);
        next.GetProperty("newObjects").GetInt32().ShouldBeLessThan(next.GetProperty("objects").GetInt32());
        (await surety.RequireAsync("verify")).GetProperty("damaged").GetArrayLength().ShouldBe(0);
        (await surety.RequireAsync("validate", "latest")).GetProperty("exact").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_backup_that_waits_for_a_lock_can_be_interrupted()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Tables);
        using var surety = await SuretyProgram.OnAsync(database);
        await using var other = await PostgresFixture.OpenAsync(database);
        await ExecuteAsync(other, "BEGIN; LOCK TABLE small IN ACCESS EXCLUSIVE MODE");
        var process = surety.Start("backup");
        await Eventually.Is(async () => await CountAsync(database.Database, "wait_event_type = 'Lock'") > 0);

        SuretyProgram.PressCtrlC(process);
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(130, run.Error);
        await NothingRunsAsync(database.Database);
        surety.Files("locks").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_backup_that_takes_too_long_ends_at_its_limit()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Tables);
        using var surety = await SuretyProgram.OnAsync(database);
        await using var other = await PostgresFixture.OpenAsync(database);
        await ExecuteAsync(other, "BEGIN; LOCK TABLE small IN ACCESS EXCLUSIVE MODE");

        var run = await surety.RunAsync("backup", "--timeout", "3s", "--json");

        run.ExitCode.ShouldBe(1);
        run.Failure.GetProperty("code").GetString().ShouldBe("timed-out");
        run.Failure.GetProperty("message")
            .GetString()
            .ShouldBe("not done within 3 s; no backup was made and the database was not changed");
        surety.Files("backups").ShouldBeEmpty();
        surety.Files("locks").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lock_that_is_not_to_be_had_names_who_holds_it()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Tables);
        using var surety = await SuretyProgram.OnAsync(database);
        await using var other = await PostgresFixture.OpenAsync(database);
        await ExecuteAsync(other, "BEGIN; LOCK TABLE small IN ACCESS EXCLUSIVE MODE");

        var run = await surety.RunAsync("backup", "--lock-timeout", "3s", "--json");
        var doctor = await surety.RequireAsync("doctor");

        run.ExitCode.ShouldBe(1);
        run.Failure.GetProperty("code").GetString().ShouldBe("lock-timeout");
        run.Failure.GetProperty("message")
            .GetString()
            .ShouldNotBeNull()
            .ShouldContain($"pid {other.ProcessID} (postgres");
        doctor
            .GetProperty("findings")
            .EnumerateArray()
            .Select(finding => finding.GetProperty("fact").GetString())
            .ShouldContain(fact =>
                fact!.StartsWith($"pid {other.ProcessID} ") && fact.EndsWith("lock on public.small")
            );
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public async Task A_restore_that_is_interrupted_leaves_no_database(string signal)
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE FUNCTION slow_when_restored(id int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
            BEGIN
                IF current_database() LIKE 'surety_restore%' THEN PERFORM pg_sleep(600); END IF;
                RETURN id;
            END $$;
            CREATE TABLE indexed AS SELECT 1 AS id;
            CREATE INDEX ON indexed (slow_when_restored(id));
            """
        );
        using var surety = await SuretyProgram.OnAsync(database);
        await surety.RequireAsync("backup");
        var copy = $"{database.Database}_copy";
        var process = surety.Start("restore", "latest", "--into", copy);
        await Eventually.Is(async () => await CountAsync("surety_restore_", "wait_event = 'PgSleep'") > 0);
        // Other tests restore on this server too.
        const string sleeper = "datname LIKE 'surety_restore_%' AND wait_event = 'PgSleep'";
        var working = await PostgresFixture.ScalarAsync<string>(
            database,
            $"SELECT datname::text FROM pg_stat_activity WHERE {sleeper}"
        );

        Send(signal, process);
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(130, run.Error);
        var left = $"SELECT count(*) FROM pg_database WHERE datname IN ('{working}', '{copy}')";
        (await PostgresFixture.ScalarAsync<long>(database, left)).ShouldBe(0);
        await NothingRunsAsync(working);
        surety.Files("locks").ShouldBeEmpty();
        surety.Files("backups").Length.ShouldBe(1);
    }

    private static void Send(string signal, Process process)
    {
        if (signal == "SIGINT")
        {
            SuretyProgram.PressCtrlC(process);
        }
        else
        {
            SuretyProgram.AskToEnd(process);
        }
    }

    private static Task NothingRunsAsync(string database) =>
        Eventually.Is(async () => await CountAsync(database, "state = 'active'") == 0);

    /// <summary>Sessions of databases whose name begins so.</summary>
    private static async Task<long> CountAsync(string database, string condition) =>
        await PostgresFixture.ScalarAsync<long>(
            await PostgresFixture.ServerAsync(),
            $"SELECT count(*) FROM pg_stat_activity WHERE starts_with(datname, '{database}') AND ({condition})"
        );

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
