using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Core.Restore;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>The incidents that a rehearsal is for, through the program, and what it leaves behind: nothing.</summary>
public sealed class RehearseCommandTests(RehearseCommandTests.Club club) : IClassFixture<RehearseCommandTests.Club>
{
    /// <summary>A club with its members and what they handed in, and a backup of it.</summary>
    public sealed class Club : IAsyncLifetime
    {
        private readonly PrivateServer server = new();

        internal SuretyProgram Surety { get; private set; } = null!;
        internal ConnectionTarget Database { get; private set; } = null!;
        internal PrivateServer Server => server;

        public async Task InitializeAsync()
        {
            await server.InitializeAsync();
            Database = await server.CreateAsync(
                """
                CREATE TABLE clubs (id int PRIMARY KEY, name text NOT NULL, code varchar(40));
                CREATE TABLE members (id int PRIMARY KEY, club int REFERENCES clubs, email text, note text);
                CREATE TABLE submissions (id int PRIMARY KEY, member int REFERENCES members, body text);
                CREATE VIEW club_sizes AS SELECT club, count(*) FROM members m JOIN clubs c ON c.id = m.club GROUP BY 1;
                INSERT INTO clubs SELECT i, 'club ' || i, 'a-long-code-of-club-' || i FROM generate_series(1, 50) i;
                INSERT INTO members SELECT i, i % 50 + 1, CASE WHEN i % 40 <> 0 THEN i || '@example.org' END FROM generate_series(1, 480) i;
                INSERT INTO submissions SELECT i, i % 480 + 1, 'secret ' || i FROM generate_series(1, 2000) i;
                """
            );
            Surety = await SuretyProgram.OnAsync(Database);
            await Surety.RequireAsync("backup");
        }

        public async Task DisposeAsync()
        {
            Surety.Dispose();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_table_that_is_dropped_and_made_again_loses_its_rows()
    {
        var run = await RehearseAsync(
            "recreate.sql",
            """
            DROP TABLE submissions;
            CREATE TABLE submissions (id bigint PRIMARY KEY, member int REFERENCES members, body text);
            """
        );

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("risk").GetString().ShouldBe("high");
        Dropped(run).ShouldBe(["table public.submissions"]);
        run.Json.GetProperty("rowsLost").GetInt64().ShouldBe(2000);
        run.Json.GetProperty("valuesLost").GetInt64().ShouldBe(0);
        Risks(run).ShouldBe(["high", "none"]);
        Locks(run)
            .ShouldBe(
                [
                    "public.members ACCESS EXCLUSIVE 1",
                    "public.members SHARE ROW EXCLUSIVE 2",
                    "public.submissions ACCESS EXCLUSIVE 1",
                ],
                ignoreOrder: true
            );
        (await club.Surety.RequireAsync("validate", "latest")).GetProperty("exact").GetBoolean().ShouldBeTrue();
        var record = (await club.Surety.RequireAsync("journal", "--operation", "rehearse", "--last", "1")).GetProperty(
            "records"
        )[0];
        record.GetProperty("outcome").GetString().ShouldBe("failed");
    }

    [Fact]
    public async Task A_type_that_cuts_values_off_is_seen_and_no_way_down_brings_them_back()
    {
        WriteFile("shorter.down.sql", "ALTER TABLE clubs ALTER COLUMN code TYPE varchar(40)");

        var run = await RehearseAsync(
            "shorter.up.sql",
            "ALTER TABLE clubs ALTER COLUMN code TYPE varchar(22) USING left(code, 21)"
        );

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("valuesLost").GetInt64().ShouldBe(41, "codes of clubs 10 to 50 are a character longer");
        var column = run.Json.GetProperty("losses")[0].GetProperty("columns")[0];
        column.GetProperty("column").GetString().ShouldBe("code");
        column.GetProperty("changed").GetInt64().ShouldBe(41);
        Strings(run.Json.GetProperty("rewrittenTables")).ShouldBe(["public.clubs"]);
        var down = run.Json.GetProperty("down");
        down.GetProperty("back").GetBoolean().ShouldBeFalse();
        Strings(down.GetProperty("differences")).ShouldBe(["public.clubs: the same number of rows with other content"]);
    }

    [Fact]
    public async Task Rows_that_are_null_keep_a_column_from_becoming_not_null_and_are_named()
    {
        var run = await RehearseAsync(
            "notnull.sql",
            """
            ALTER TABLE members ADD COLUMN phone text;

            ALTER TABLE members ALTER COLUMN email SET NOT NULL;
            """
        );

        run.ExitCode.ShouldBe(3, run.Error);
        var error = run.Json.GetProperty("error");
        error.GetProperty("file").GetString()!.ShouldEndWith("notnull.sql");
        error.GetProperty("line").GetInt32().ShouldBe(3);
        error.GetProperty("sqlState").GetString().ShouldBe("23502");
        var rows = error.GetProperty("rows");
        rows.GetProperty("count").GetInt64().ShouldBe(12);
        Strings(rows.GetProperty("sample")).ShouldBe(["id=40", "id=80", "id=120", "id=160", "id=200"]);
    }

    [Fact]
    public async Task Cascade_takes_a_view_and_a_foreign_key_along()
    {
        var run = await RehearseAsync("cascade.sql", "DROP TABLE clubs CASCADE");

        run.ExitCode.ShouldBe(3, run.Error);
        Dropped(run)
            .ShouldBe(
                ["foreign key members_club_fkey on public.members", "table public.clubs", "view public.club_sizes"],
                ignoreOrder: true
            );
        run.Json.GetProperty("droppedObjects")
            .EnumerateArray()
            .Where(o => o.GetProperty("isNamed").GetBoolean())
            .Select(o => o.GetProperty("name").GetString())
            .ShouldBe(["public.clubs"]);
        run.Json.GetProperty("rowsLost").GetInt64().ShouldBe(50);
    }

    [Fact]
    public async Task What_adds_and_is_taken_back_leads_back_on_a_server_that_was_named_and_leaves_nothing_there()
    {
        WriteFile("add.down.sql", "DROP INDEX CONCURRENTLY by_email; ALTER TABLE members DROP COLUMN phone;");
        var before = await club.Server.DatabasesAsync();

        var run = await RehearseAsync(
            "add.up.sql",
            "ALTER TABLE members ADD COLUMN phone text; CREATE INDEX CONCURRENTLY by_email ON members (email);",
            "--scratch",
            $"{club.Server.Target}"
        );

        run.ExitCode.ShouldBe(0, run.Error + run.Out);
        Risks(run).ShouldBe(["none", "none"]);
        run.Json.GetProperty("down").GetProperty("back").GetBoolean().ShouldBeTrue();
        var index = run.Json.GetProperty("statements")[1].GetProperty("effects").GetProperty("indexesBuilt")[0];
        index.GetProperty("name").GetString().ShouldBe("public.by_email");
        index.GetProperty("bytes").GetInt64().ShouldBeGreaterThan(0);
        (await club.Server.DatabasesAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_role_that_may_only_create_databases_sees_what_a_superuser_sees()
    {
        await PostgresFixture.ExecuteAsync(
            club.Server.Target,
            $"CREATE ROLE builder LOGIN CREATEDB PASSWORD '{club.Server.Target.Password}'"
        );
        const string Sql = """
            DROP TABLE clubs CASCADE;
            UPDATE members SET note = 'x' WHERE id < 10;
            ALTER TABLE submissions ALTER COLUMN body TYPE varchar(8) USING left(body, 8);
            CREATE INDEX by_member ON submissions (member);
            """;
        WriteFile("town.down.sql", "ALTER TABLE members DROP COLUMN town;");
        var before = await club.Server.DatabasesAsync();

        var seen = await RehearseAsync("much.sql", Sql);
        var run = await RehearseAsync("much.sql", Sql, "--scratch", $"{club.Server.Target with { User = "builder" }}");

        run.Json.GetProperty("warnings")[0].GetString()!.ShouldContain("the copy is without owners and grants");
        run.Json.GetProperty("role").GetString().ShouldBe("builder");
        Strings(run.Json.GetProperty("rewrittenTables")).ShouldBe(Strings(seen.Json.GetProperty("rewrittenTables")));
        Dropped(run).ShouldBe(Dropped(seen));
        Locks(run).ShouldBe(Locks(seen), ignoreOrder: true);
        Risks(run).ShouldBe(Risks(seen));
        run.Json.GetProperty("rowsLost").GetInt64().ShouldBe(seen.Json.GetProperty("rowsLost").GetInt64());
        run.Json.GetProperty("valuesLost").GetInt64().ShouldBe(seen.Json.GetProperty("valuesLost").GetInt64());

        var back = await RehearseAsync(
            "town.up.sql",
            "ALTER TABLE members ADD COLUMN town text",
            "--scratch",
            $"{club.Server.Target with { User = "builder" }}"
        );
        back.Json.GetProperty("down").GetProperty("back").GetBoolean().ShouldBeTrue(back.Out);
        (await club.Server.DatabasesAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_rehearsal_without_rows_is_as_wide_and_shows_no_value()
    {
        var run = await RehearseAsync(
            "narrow.sql",
            "ALTER TABLE submissions ALTER COLUMN body TYPE int USING body::int",
            "--schema-only"
        );

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("schemaOnly").GetBoolean().ShouldBeTrue();
        run.Json.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        Strings(run.Json.GetProperty("rewrittenTables")).ShouldBe(["public.submissions"]);

        var withRows = await RehearseAsync(
            "narrow.sql",
            "ALTER TABLE submissions ALTER COLUMN body TYPE int USING body::int"
        );

        withRows.Json.GetProperty("error").GetProperty("rows").GetProperty("count").GetInt64().ShouldBe(2000);
        withRows.Out.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rehearsal_that_is_killed_or_stopped_is_not_forgotten_on_a_server_that_was_named(bool killed)
    {
        WriteFile("slow.sql", "SELECT pg_sleep(3600)");
        var before = await club.Server.DatabasesAsync();
        var file = Path.Combine(club.Surety.Folder, "slow.sql");
        var process = club.Surety.Start("rehearse", file, "--scratch", $"{club.Server.Target}");
        await Eventually.Is(IsSleepingAsync);

        if (killed)
        {
            process.Kill();
            await SuretyProgram.EndOfAsync(process);
            await PostgresFixture.ExecuteAsync(
                club.Server.Target,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'"
            );
            await Eventually.Is(async () => (await LeftAsync()).Count == 2);
            foreach (var line in await LeftAsync())
            {
                line.ShouldContain("is left of a rehearsal that was killed");
                await PostgresFixture.ExecuteAsync(
                    club.Server.Target,
                    line[line.IndexOf("DROP", StringComparison.Ordinal)..]
                );
            }
        }
        else
        {
            SuretyProgram.PressCtrlC(process);
            (await SuretyProgram.EndOfAsync(process)).ExitCode.ShouldBe(130);
        }

        (await club.Server.DatabasesAsync()).ShouldBe(before);
    }

    private async Task<bool> IsSleepingAsync() =>
        await PostgresFixture.ScalarAsync<long>(
            club.Server.Target,
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)' AND state = 'active'"
        ) == 1;

    private async Task<IReadOnlyList<string>> LeftAsync()
    {
        await using var connection = await PostgresFixture.OpenAsync(club.Server.Target);
        return await AbandonedCopies.FindAsync(connection, CancellationToken.None);
    }

    private async Task<ProgramRun> RehearseAsync(string name, string sql, params string[] options)
    {
        WriteFile(name, sql);
        var run = await club.Surety.RunAsync([
            "rehearse",
            Path.Combine(club.Surety.Folder, name),
            "--json",
            .. options,
        ]);
        run.Out.ShouldNotBeEmpty(run.Error);
        return run;
    }

    private void WriteFile(string name, string sql) => File.WriteAllText(Path.Combine(club.Surety.Folder, name), sql);

    private static IEnumerable<string> Dropped(ProgramRun run) =>
        run
            .Json.GetProperty("droppedObjects")
            .EnumerateArray()
            .Select(o => $"{o.GetProperty("kind").GetString()} {o.GetProperty("name").GetString()}");

    private static IEnumerable<string> Risks(ProgramRun run) =>
        run.Json.GetProperty("statements").EnumerateArray().Select(s => s.GetProperty("risk").GetString()!);

    private static IEnumerable<string> Locks(ProgramRun run) =>
        run
            .Json.GetProperty("locks")
            .EnumerateArray()
            .Select(l =>
                $"{l.GetProperty("table").GetString()} {l.GetProperty("mode").GetString()} {l.GetProperty("line").GetInt32()}"
            );

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(e => e.GetString()!);
}
