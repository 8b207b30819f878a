using System.Text.Json;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations.Rehearsal;

/// <summary>Migrations from the first one on, in an empty database: as a build runs them, without a backup or a repository.</summary>
public sealed class EmptyRehearsalTests(PrivateServer server) : IClassFixture<PrivateServer>, IDisposable
{
    private readonly SuretyProgram surety = new();

    public void Dispose() => surety.Dispose();

    [Fact]
    public async Task Migrations_run_from_the_first_one_on_and_back_and_no_repository_is_asked_for()
    {
        Write(
            "1_people.up.sql",
            "CREATE TABLE people (id int PRIMARY KEY, name text); INSERT INTO people VALUES (1, 'Ada');"
        );
        Write("1_people.down.sql", "DROP TABLE people;");
        Write("2_town.up.sql", "ALTER TABLE people ADD town text; CREATE INDEX CONCURRENTLY by_town ON people (town);");
        Write("2_town.down.sql", "DROP INDEX by_town; ALTER TABLE people DROP town;");

        var run = await RehearseAsync();

        run.ExitCode.ShouldBe(0, run.Error + run.Out);
        run.Json.GetProperty("backup").ValueKind.ShouldBe(JsonValueKind.Null);
        run.Json.GetProperty("risk").GetString().ShouldBe("low");
        run.Json.GetProperty("statements").GetArrayLength().ShouldBe(4);
        run.Json.GetProperty("down").GetProperty("back").GetBoolean().ShouldBeTrue();
        var text = await surety.RunAsync("rehearse", "migrations", "--empty");
        text.Out.ShouldContain("  in an empty database, PostgreSQL ");
        text.Out.ShouldContain("BACK: up and down again, schema is as before\n");
        text.Out.ShouldEndWith("the database is removed\n");
    }

    [Fact]
    public async Task What_fails_there_and_what_no_way_down_takes_away_is_told()
    {
        Write("V1__people.sql", "CREATE TYPE state AS ENUM ('new');\nCREATE TABLE people (id int, state state);");
        Write("U1__people.sql", "DROP TABLE people;");
        var left = await RehearseAsync();
        left.ExitCode.ShouldBe(0, left.Error);
        left.Json.GetProperty("down").GetProperty("back").GetBoolean().ShouldBeFalse();
        left.Json.GetProperty("down").GetProperty("differences")[0].GetString().ShouldBe("type public.state extra");

        Write("V2__town.sql", "ALTER TABLE persons ADD town text;");
        var failed = await RehearseAsync();
        failed.ExitCode.ShouldBe(3);
        failed.Json.GetProperty("error").GetProperty("file").GetString().ShouldBe("migrations/V2__town.sql");
        (await RehearseAsync("--backup", "latest")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_role_that_may_create_databases_suffices_on_a_server_that_was_named_and_leaves_nothing_there()
    {
        await PostgresFixture.ExecuteAsync(
            server.Target,
            $"CREATE ROLE builder LOGIN CREATEDB PASSWORD '{server.Target.Password}'"
        );
        surety.Environment["PGPASSWORD"] = server.Target.Password;
        var before = await server.DatabasesAsync();
        Write("V1__people.sql", "CREATE TABLE people (id int PRIMARY KEY); CREATE VIEW ids AS SELECT id FROM people;");
        Write("V2__gone.sql", "DROP TABLE people CASCADE;");

        var run = await RehearseAsync("--scratch", $"{server.Target with { User = "builder" }}");

        run.Json.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null, run.Error + run.Out);
        run.Json.GetProperty("role").GetString().ShouldBe("builder");
        run.Json.GetProperty("droppedObjects").GetArrayLength().ShouldBe(2, run.Out);
        run.Json.GetProperty("warnings").GetArrayLength().ShouldBe(0);
        (await server.DatabasesAsync()).ShouldBe(before);
    }

    private Task<ProgramRun> RehearseAsync(params string[] options) =>
        surety.RunAsync(["rehearse", "migrations", "--empty", "--json", .. options]);

    private void Write(string name, string sql)
    {
        Directory.CreateDirectory(Path.Combine(surety.Folder, "migrations"));
        File.WriteAllText(Path.Combine(surety.Folder, "migrations", name), sql);
    }
}
