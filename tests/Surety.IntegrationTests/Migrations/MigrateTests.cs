using Npgsql;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>The safe path of a migration, and what is left wherever it ends.</summary>
public sealed class MigrateTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string People = """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace');
        """;

    // Those sessions of this database that a migration left asleep: a killed client goes unnoticed.
    private const string Sleepers =
        "FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()";

    /// <summary>What a high risk needs where nobody can be asked.</summary>
    private static readonly string[] Agreed =
    [
        "--allow",
        "high",
        "--approved-by",
        "Ada Lovelace",
        "--rehearse",
        "never",
    ];

    [Fact]
    public async Task Files_of_every_naming_run_once_in_the_order_of_their_numbers_and_go_back()
    {
        using var on = await MigrationProgram.OnAsync(postgres);
        on.Write("V1__people.sql", "CREATE TABLE people (id int PRIMARY KEY);");
        on.Write("U1__people.sql", "DROP TABLE people;");
        on.Write("002_name.up.sql", "BEGIN;\nALTER TABLE people ADD name text;\nCOMMIT;");
        on.Write("002_name.down.sql", "ALTER TABLE people DROP name;");
        on.Write("10_rows.sql", "COPY people (id, name) FROM stdin;\n1\tAda\n\\.\nSELECT count(*) FROM people;");
        on.Write("20240101120000_town/up.sql", "ALTER TABLE people ADD town text;");
        on.Write("20240101120000_town/down.sql", "ALTER TABLE people DROP town;");
        on.Write("R__view.sql", "CREATE OR REPLACE VIEW names AS SELECT name FROM people;");

        var some = await on.RunAsync("--to", "2");
        some.ExitCode.ShouldBe(0, some.Error);
        (await on.StatusAsync()).ShouldBe("1 done, 2 done, 10 pending, 20240101120000 pending, view pending");
        var rest = await on.RunAsync();
        rest.ExitCode.ShouldBe(0, rest.Error);
        (await on.StatusAsync()).ShouldBe("1 done, 2 done, 10 done, 20240101120000 done, view done");
        (await on.RunAsync()).Json.GetProperty("outcome").GetString().ShouldBe("nothing-to-do");
        (await on.ScalarAsync<string>("SELECT name || ' ' || (town IS NULL) FROM people")).ShouldBe("Ada true");

        var back = await on.DownAsync(Agreed);
        back.ExitCode.ShouldBe(0, back.Error);
        (await on.StatusAsync()).ShouldBe("1 done, 2 done, 10 done, 20240101120000 pending, view done");
        var stuck = await on.DownAsync([.. Agreed, "--to", "0"]);
        stuck.ExitCode.ShouldBe(4, stuck.Error);
        stuck.Failure.GetProperty("message").GetString()!.ShouldContain("no file takes back 10 rows");
        (await on.StatusAsync()).ShouldStartWith("1 done, 2 done, 10 done");
    }

    [Fact]
    public async Task The_real_incident_is_refused_and_with_an_override_everything_comes_back()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__id_is_text.sql", "DROP TABLE people;\nCREATE TABLE people (id text PRIMARY KEY, name text);");

        var refused = await on.RunAsync();
        refused.ExitCode.ShouldBe(4, refused.Error);
        refused.Failure.GetProperty("code").GetString().ShouldBe("confirmation-needed");
        var checklist = refused.Json.GetProperty("checklist");
        checklist.GetProperty("risk").GetString().ShouldBe("high");
        checklist.GetProperty("backup").GetProperty("rows").GetInt64().ShouldBe(2);
        checklist.GetProperty("rehearsal").GetProperty("facts").ToString().ShouldContain("people");
        (await on.ScalarAsync<long>("SELECT count(*) FROM people")).ShouldBe(2);
        (await on.RunAsync("--allow", "high")).ExitCode.ShouldBe(2);

        var run = await on.RunAsync(Agreed);
        run.ExitCode.ShouldBe(0, run.Error);
        (await on.ScalarAsync<long>("SELECT count(*) FROM people")).ShouldBe(0);
        (await on.ScalarAsync<string>("SELECT approved_by || ' ' || risk FROM surety.migrations")).ShouldBe(
            "Ada Lovelace high"
        );
        var recovery = run.Json.GetProperty("recovery").GetString()!.Split(' ');
        await on.Surety.RequireAsync([.. recovery[1..], "--yes"]);
        (await on.ScalarAsync<string>("SELECT string_agg(id || name, ',' ORDER BY id) FROM people")).ShouldBe(
            "1Ada,2Grace"
        );
        (await on.StatusAsync()).ShouldBe("1 pending");
    }

    [Fact]
    public async Task A_failure_in_the_middle_of_a_file_leaves_nothing_of_it_and_says_so()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__good.sql", "ALTER TABLE people ADD town text;");
        on.Write("V2__bad.sql", "ALTER TABLE people ADD born date;\n\nINSERT INTO people\nVALUES (1, 'again');");

        var run = await on.RunAsync("--rehearse", "never");

        run.ExitCode.ShouldBe(1, run.Error);
        run.Failure.GetProperty("code").GetString().ShouldBe("migration-failed");
        run.Failure.GetProperty("message")
            .GetString()!
            .ShouldMatch(
                "^V2__bad.sql:3: .*duplicate key.*; nothing of it is in effect, and V1__good.sql before it is$"
            );
        run.Json.GetProperty("applied").GetArrayLength().ShouldBe(1);
        (await on.StatusAsync()).ShouldBe("1 done, 2 pending");
        (await on.ScalarAsync<long>("SELECT count(*) FROM pg_attribute WHERE attname IN ('town', 'born')")).ShouldBe(1);
    }

    [Fact]
    public async Task A_rehearsal_that_fails_keeps_the_database_as_it_is()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__bad.sql", "UPDATE people SET id = 1 WHERE id > 0;");

        var run = await on.RunAsync();

        run.ExitCode.ShouldBe(3, run.Error);
        run.Failure.GetProperty("code").GetString().ShouldBe("rehearsal-failed");
        run.Failure.GetProperty("message").GetString()!.ShouldContain("V1__bad.sql:1");
        (await on.ScalarAsync<bool>("SELECT to_regnamespace('surety') IS NULL")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_committed_before_a_failure_is_taken_back_where_that_was_ordered()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__good.sql", "DELETE FROM people WHERE id = 1;");
        on.Write("V2__bad.sql", "SELECT 1/0;");

        var run = await on.RunAsync("--rehearse", "never", "--on-failure", "rollback");

        run.ExitCode.ShouldBe(1, run.Error);
        run.Json.GetProperty("outcome").GetString().ShouldBe("rolled-back");
        (await on.ScalarAsync<long>("SELECT count(*) FROM people")).ShouldBe(2);
        (await on.StatusAsync()).ShouldBe("1 pending, 2 pending");
    }

    [Fact]
    public async Task A_changed_file_is_refused_with_both_checksums_until_somebody_accepts_it()
    {
        using var on = await MigrationProgram.OnAsync(postgres);
        on.Write("V1__one.sql", "CREATE TABLE one (id int);");
        (await on.RunAsync()).ExitCode.ShouldBe(0);
        on.Write("V1__one.sql", "CREATE TABLE one (id int); -- changed");
        on.Write("V2__two.sql", "CREATE TABLE two (id int);");

        var run = await on.RunAsync();

        run.ExitCode.ShouldBe(4, run.Error);
        run.Failure.GetProperty("message")
            .GetString()!
            .ShouldMatch("^V1__one.sql ran with checksum [0-9a-f]{64} and now has [0-9a-f]{64}; nothing was changed$");
        var status = await on.Surety.RunAsync("migrate", "status", "migrations");
        status.ExitCode.ShouldBe(3, status.Error);
        status.Out.ShouldContain("CHANGED: V1__one.sql ran with checksum ");
        await on.Surety.RequireAsync("migrate", "repair", "migrations", "1", "--accept-file");
        (await on.RunAsync()).ExitCode.ShouldBe(0);
        (await on.StatusAsync()).ShouldBe("1 done, 2 done");
    }

    [Fact]
    public async Task A_lock_that_others_hold_is_tried_for_again_and_readers_are_not_kept_waiting_for_ever()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__town.sql", "ALTER TABLE people ADD town text;");
        await using var other = await PostgresFixture.OpenAsync(on.Database);
        await using var transaction = await other.BeginTransactionAsync();
        await new NpgsqlCommand("SELECT * FROM people FOR UPDATE", other, transaction).ExecuteNonQueryAsync();
        var process = on.Surety.Start([
            "migrate",
            "migrations",
            "--json",
            "--lock-timeout",
            "100ms",
            "--attempts",
            "9",
        ]);
        var error = "";
        while (!error.Contains("attempt 2 of 9", StringComparison.Ordinal))
        {
            error += await process.StandardError.ReadLineAsync() ?? throw new EndOfStreamException(error);
        }

        await transaction.RollbackAsync();
        var run = await SuretyProgram.EndOfAsync(process);

        run.ExitCode.ShouldBe(0, run.Error);
        error.ShouldContain("lock timeout");
        run.Json.GetProperty("applied")[0].GetProperty("attempts").GetInt32().ShouldBeGreaterThan(1);
        (await on.StatusAsync()).ShouldBe("1 done");
    }

    [Fact]
    public async Task A_run_that_is_killed_in_a_transaction_has_done_nothing_and_two_never_run_at_once()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__town.sql", "ALTER TABLE people ADD town text; SELECT pg_sleep(60);");
        using var process = on.Surety.Start([
            "migrate",
            "migrations",
            "--rehearse",
            "never",
            "--allow",
            "high",
            "--approved-by",
            "x",
        ]);
        await Eventually.Is(() => IsSleepingAsync(on));

        var second = await on.RunAsync("--rehearse", "never", "--dry-run");
        second.ExitCode.ShouldBe(11, second.Error);
        second.Failure.GetProperty("code").GetString().ShouldBe("migration-running");
        process.Kill();
        await process.WaitForExitAsync();
        await on.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Sleepers}");

        await Eventually.Is(async () => !await IsSleepingAsync(on));
        (await on.StatusAsync()).ShouldBe("1 pending");
        (await on.ScalarAsync<long>("SELECT count(*) FROM pg_attribute WHERE attname = 'town'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_run_that_is_killed_outside_a_transaction_is_known_to_be_unfinished()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__index.sql", "CREATE INDEX CONCURRENTLY by_name ON people (name);\nSELECT pg_sleep(60);");
        using var process = on.Surety.Start(["migrate", "migrations", .. Agreed]);
        await Eventually.Is(() => IsSleepingAsync(on));
        process.Kill();
        await process.WaitForExitAsync();
        await on.ExecuteAsync($"SELECT pg_terminate_backend(pid) {Sleepers}");
        await Eventually.Is(async () => !await IsSleepingAsync(on));

        (await on.StatusAsync()).ShouldBe("1 started");
        var refused = await on.RunAsync();
        refused.ExitCode.ShouldBe(4, refused.Error);
        refused.Failure.GetProperty("code").GetString().ShouldBe("migration-unfinished");
        refused.Failure.GetProperty("message").GetString()!.ShouldContain("1 of its statements");
        await on.Surety.RequireAsync("migrate", "repair", "migrations", "1", "--done");
        (await on.StatusAsync()).ShouldBe("1 done");
    }

    [Fact]
    public async Task A_failure_outside_a_transaction_says_what_stays()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write(
            "V1__index.sql",
            "CREATE INDEX CONCURRENTLY by_name ON people (name);\nCREATE INDEX CONCURRENTLY by_none ON people (none);"
        );

        var run = await on.RunAsync("--rehearse", "never");

        run.ExitCode.ShouldBe(1, run.Error);
        run.Failure.GetProperty("message").GetString()!.ShouldContain("V1__index.sql:2: ");
        run.Failure.GetProperty("message").GetString()!.ShouldEndWith("; the statement before it is in effect");
        (await on.StatusAsync()).ShouldBe("1 started");
        await on.ExecuteAsync("DROP INDEX by_name");
        await on.Surety.RequireAsync("migrate", "repair", "migrations", "1", "--not-done");
        (await on.StatusAsync()).ShouldBe("1 pending");
    }

    [Fact]
    public async Task A_name_with_blanks_is_quoted_in_the_command_that_repairs_it()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("R__all_names.sql", "CREATE INDEX CONCURRENTLY by_none ON people (none);");
        (await on.RunAsync("--rehearse", "never")).ExitCode.ShouldBe(1);

        var refused = await on.RunAsync();

        refused.Failure.GetProperty("hint").GetString()!.ShouldContain("surety migrate repair DIR 'all names' --done ");
        await on.Surety.RequireAsync("migrate", "repair", "migrations", "all names", "--not-done");
        (await on.StatusAsync()).ShouldBe("all names pending");
    }

    [Fact]
    public async Task The_history_can_begin_at_a_version_and_be_read_by_everybody()
    {
        using var on = await MigrationProgram.OnAsync(
            postgres,
            People + "CREATE TABLE schema_migrations (version text);"
        );
        on.Write("V1__people.sql", "CREATE TABLE people (id int);");
        on.Write(
            "V2__town.sql",
            "SET ROLE pg_read_all_data; RESET ROLE; ALTER TABLE people ADD town text; SET ROLE pg_read_all_data;"
        );

        var slip = await on.RunAsync();
        slip.ExitCode.ShouldBe(4, slip.Error);
        slip.Failure.GetProperty("message").GetString()!.ShouldContain("public.schema_migrations");
        var run = await on.RunAsync([.. Agreed, "--baseline", "1"]);

        run.ExitCode.ShouldBe(0, run.Error);
        (await on.StatusAsync()).ShouldBe("1 baseline, 2 done");
        var role = $"reader_{on.Database.Database}";
        await on.ExecuteAsync($"CREATE ROLE {role}");
        (await on.ScalarAsync<long>($"SET ROLE {role}; SELECT count(*) FROM surety.migrations")).ShouldBe(2);
        await on.ExecuteAsync($"DROP ROLE {role}");
    }

    [Theory]
    [InlineData("V1__a.sql", "001_b.up.sql", "V1__a.sql and 001_b.up.sql")]
    [InlineData("notes.sql", null, "notes.sql is not named like a migration")]
    [InlineData("deep/er/V1__a.sql", null, "deep/er/V1__a.sql is not named like a migration")]
    [InlineData("U1__a.sql", null, "U1__a.sql takes back version 1, which has no file")]
    public async Task A_folder_that_cannot_be_taken_as_a_whole_is_refused(string file, string? other, string fact)
    {
        using var on = await MigrationProgram.OnAsync(postgres);
        on.Write(file, "SELECT 1;");
        if (other is not null)
        {
            on.Write(other, "SELECT 1;");
        }

        var run = await on.RunAsync();

        run.ExitCode.ShouldBe(2, run.Error);
        run.Failure.GetProperty("message")
            .GetString()!
            .Replace("001_b.up.sql and V1__a.sql", "V1__a.sql and 001_b.up.sql")
            .ShouldContain(fact);
    }

    [Fact]
    public async Task Names_of_every_kind_are_recorded_as_they_are_and_do_no_harm()
    {
        using var on = await MigrationProgram.OnAsync(postgres);
        const string name = "'); DROP SCHEMA surety CASCADE; -- \\ $(x) é";
        on.Write($"V1__{name}.sql", "CREATE TABLE \"a;b\"\"c\" (\"d'e\" text DEFAULT '{0} @p :v $1');");

        var run = await on.RunAsync();

        run.ExitCode.ShouldBe(0, run.Error);
        (await on.ScalarAsync<string>("SELECT name FROM surety.migrations")).ShouldBe(name);
        (await on.ScalarAsync<long>("SELECT count(*) FROM \"a;b\"\"c\"")).ShouldBe(0);
    }

    private static Task<bool> IsSleepingAsync(MigrationProgram on) =>
        on.ScalarAsync<bool>($"SELECT EXISTS (SELECT {Sleepers})");
}
