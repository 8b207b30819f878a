using System.Text.Json;
using Surety.Testing;

namespace Surety.IntegrationTests.Cli;

public sealed class DiffTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Small = """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edsger');
        CREATE SEQUENCE numbers;
        """;

    private const string Change = """
        DELETE FROM people WHERE id = 1;
        UPDATE people SET name = 'Barbara' WHERE id = 2;
        INSERT INTO people VALUES (4, 'Tony'), (5, 'Niklaus');
        ALTER TABLE people ALTER name SET NOT NULL;
        SELECT nextval('numbers');
        """;

    [Fact]
    public async Task People_read_what_differs()
    {
        using var surety = await OnAsync(Small);
        var id = (await surety.RequireAsync("backup")).GetProperty("id").GetString();
        var equal = await surety.RunAsync("diff", "latest");
        await ExecuteAsync(surety, Change);

        var run = await surety.RunAsync("diff", "latest");

        equal.ExitCode.ShouldBe(0, equal.Error);
        equal.Out.ShouldBe($"database {Database(surety)} equals backup {id}: everything that was compared\n");
        run.ExitCode.ShouldBe(3, run.Error);
        run.Out.ShouldBe(
            $"""
            database {Database(surety)} differs from backup {id}
              public.people: 1 row only in the backup, 2 rows only in the database, 1 row changed
                only in the backup: id = 1
                only in the database: id = 4; 5
                changed: id = 2
              sequence public.numbers: 1 (not called yet) in the backup, 1 in the database
              schema TABLE public.people: changed
                  CREATE TABLE public.people (
                      id integer NOT NULL,
                -     name text
                +     name text NOT NULL
                  );
                  ALTER TABLE public.people OWNER TO postgres;

            """,
            StringCompareShould.IgnoreLineEndings
        );
    }

    [Fact]
    public async Task Scripts_read_what_differs()
    {
        using var surety = await OnAsync(Small);
        var first = (await surety.RequireAsync("backup")).GetProperty("id").GetString()!;
        await ExecuteAsync(surety, Change);
        var second = (await surety.RequireAsync("backup")).GetProperty("id").GetString()!;

        var run = await surety.RunAsync("diff", first, second, "--json");

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("otherBackup").GetString().ShouldBe(second);
        run.Json.GetProperty("equal").GetBoolean().ShouldBeFalse();
        run.Json.GetProperty("schema").GetString().ShouldBe("different");
        var people = run.Json.GetProperty("tables")[0];
        people.GetProperty("onlyInBackup").GetInt64().ShouldBe(1);
        people.GetProperty("onlyInDatabase").GetInt64().ShouldBe(2);
        people.GetProperty("changed").GetInt64().ShouldBe(1);
        people.GetProperty("key").EnumerateArray().Select(k => k.GetString()).ShouldBe(["id"]);
        JsonSerializer.Serialize(people.GetProperty("sampleKeys").GetProperty("changed")).ShouldBe("""[["2"]]""");
        run.Json.GetProperty("schemaChanges")[0].GetProperty("change").GetString().ShouldBe("changed");
        (await surety.RequireAsync("diff", second)).GetProperty("equal").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 3, "object-missing")]
    public async Task Nothing_is_left_in_the_temporary_folder(bool damaged, int exitCode, string? code = null)
    {
        using var surety = await OnAsync(Small);
        await surety.RequireAsync("backup");
        var chunk = new FileInfo(surety.Files("objects").MinBy(file => new FileInfo(file).Length)!);
        await ExecuteAsync(surety, Change);
        var temporary = Directory.CreateDirectory(Path.Combine(surety.Folder, "tmp")).FullName;
        File.SetUnixFileMode(surety.Folder, (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(temporary, (UnixFileMode)0b111_111_111);
        surety.Environment["TMPDIR"] = temporary;
        if (damaged)
        {
            chunk.Delete();
        }

        var run = await surety.RunAsync("diff", "latest", "--json");

        run.ExitCode.ShouldBe(exitCode, run.Error);
        (run.Json.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null).ShouldBe(code);
        Directory.EnumerateFileSystemEntries(temporary).Where(path => path.Contains("surety")).ShouldBeEmpty();
        surety.Files("locks").ShouldBeEmpty();
    }

    private async Task<SuretyProgram> OnAsync(string sql)
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, sql);
        return await SuretyProgram.OnAsync(database);
    }

    private static string Database(SuretyProgram surety) => Target(surety).Database;

    private static Task ExecuteAsync(SuretyProgram surety, string sql) =>
        PostgresFixture.ExecuteAsync(Target(surety), sql);

    private static Core.Postgres.ConnectionTarget Target(SuretyProgram surety) =>
        Core.Postgres.ConnectionTargetParser.Parse(surety.Environment["SURETY_DB"]!, surety.Environment, _ => { });
}
