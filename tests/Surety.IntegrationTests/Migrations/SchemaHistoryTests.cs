using System.Text.Json;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Migrations;

/// <summary>What backups saw of a schema, and the way back with its price told first.</summary>
public sealed class SchemaHistoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Shop = """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        CREATE INDEX people_by_name ON people (name);
        INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace');
        """;

    private const string Change = """
        ALTER TABLE people ADD born date;
        UPDATE people SET born = '1815-12-10' WHERE id = 1;
        DROP INDEX people_by_name;
        CREATE TABLE "Logs; DROP" (line text);
        INSERT INTO "Logs; DROP" VALUES ('a'), ('b'), ('c');
        """;

    [Fact]
    public async Task The_log_tells_what_was_created_dropped_and_altered_between_which_backups()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        var first = await BackupAsync(surety);
        var same = await BackupAsync(surety);
        await PostgresFixture.ExecuteAsync(database, Change);
        var second = await BackupAsync(surety);

        var log = await surety.RequireAsync("schema", "log");

        var entry = log.GetProperty("entries").EnumerateArray().ShouldHaveSingleItem();
        same.ShouldNotBe(first);
        entry.GetProperty("before").GetString().ShouldBe(same);
        entry.GetProperty("after").GetString().ShouldBe(second);
        Changes(entry)
            .ShouldBe(
                [
                    "altered TABLE public.people",
                    "created TABLE public.Logs; DROP",
                    "dropped INDEX public.people_by_name",
                ],
                ignoreOrder: true
            );
        var text = await surety.RunAsync("schema", "log");
        text.Out.ShouldContain("  altered TABLE public.people\n    +     born date\n");
        (await surety.RequireAsync("schema", "log", "--since", "2100-01-01"))
            .GetProperty("entries")
            .GetArrayLength()
            .ShouldBe(0);
    }

    [Fact]
    public async Task Backups_of_some_schemas_make_a_history_of_their_own()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        await PostgresFixture.ExecuteAsync(database, "CREATE SCHEMA side; CREATE TABLE side.notes (line text)");
        await BackupAsync(surety);
        await BackupAsync(surety, "--schema", "side");
        await BackupAsync(surety);

        (await surety.RequireAsync("schema", "log")).GetProperty("entries").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_damaged_backup_is_named_and_hides_no_other()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        await BackupAsync(surety);
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE more (id int)");
        var damaged = await BackupAsync(surety);
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE most (id int)");
        await BackupAsync(surety);
        var manifest = surety.Files("backups").Single(f => f.Contains(damaged, StringComparison.Ordinal));
        await File.AppendAllTextAsync(manifest, "x");

        var run = await surety.RunAsync("schema", "log", "--json");

        run.ExitCode.ShouldBe(3, run.Error);
        run.Json.GetProperty("damaged")[0].GetProperty("backup").GetString().ShouldBe(damaged);
        Changes(run.Json.GetProperty("entries")[0])
            .ShouldBe(["created TABLE public.more", "created TABLE public.most"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_diff_is_between_two_backups_or_a_backup_and_the_database()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        var first = await BackupAsync(surety);
        (await surety.RunAsync("schema", "diff", first)).ExitCode.ShouldBe(0);
        await PostgresFixture.ExecuteAsync(database, Change);
        var second = await BackupAsync(surety);

        var stored = await surety.RunAsync("schema", "diff", first, second);
        var live = await surety.RunAsync("schema", "diff", first);

        stored.ExitCode.ShouldBe(3, stored.Error);
        stored.Out.ShouldContain("  dropped INDEX public.people_by_name\n    - CREATE INDEX people_by_name");
        live.ExitCode.ShouldBe(3, live.Error);
        live.Out.ShouldContain($"from backup {first} to database {database.Database}:\n");
        live.Out.ShouldContain("    +     born date\n");
    }

    [Fact]
    public async Task A_rollback_of_the_schema_tells_first_what_is_lost_and_can_be_undone()
    {
        var (surety, database) = await OnAsync();
        using var _ = surety;
        var first = await BackupAsync(surety);
        await PostgresFixture.ExecuteAsync(database, Change);

        var asked = await surety.RunAsync("schema", "rollback", first);

        asked.ExitCode.ShouldBe(4, asked.Error);
        asked.Error.ShouldContain(
            $"taking the schema of database {database.Database} back takes its rows back too\n"
                + "  there now, and lost:\n"
                + "    table public.\"Logs; DROP\" with 3 rows\n"
                + "    column born of public.people with 1 value\n"
        );
        asked.Error.ShouldContain("nothing was changed");
        (await HasTableAsync(database)).ShouldBeTrue();

        var done = await surety.RequireAsync("schema", "rollback", first, "--yes");

        done.GetProperty("lost").GetProperty("columns")[0].GetProperty("values").GetInt64().ShouldBe(1);
        (await HasTableAsync(database)).ShouldBeFalse();
        var safety = done.GetProperty("rollback").GetProperty("safetyBackup").GetString()!;
        await surety.RequireAsync("schema", "rollback", safety, "--yes", "--strategy", "replace");
        (await HasTableAsync(database)).ShouldBeTrue();
        var again = await surety.RequireAsync("schema", "rollback", safety);
        again.GetProperty("rollback").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static IEnumerable<string> Changes(JsonElement entry) =>
        entry
            .GetProperty("changes")
            .EnumerateArray()
            .Select(c => $"{c.GetProperty("change").GetString()} {c.GetProperty("definition").GetString()}");

    private async Task<(SuretyProgram Surety, ConnectionTarget Database)> OnAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Shop);
        return (await SuretyProgram.OnAsync(database), database);
    }

    private static async Task<string> BackupAsync(SuretyProgram surety, params string[] options) =>
        (await surety.RequireAsync(["backup", .. options])).GetProperty("id").GetString()!;

    private static Task<bool> HasTableAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<bool>(database, "SELECT to_regclass('\"Logs; DROP\"') IS NOT NULL");
}
