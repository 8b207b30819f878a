using Npgsql;
using Surety.IntegrationTests.Cli;
using Surety.Testing;
using Surety.Tests.Cli;

namespace Surety.IntegrationTests.Migrations;

/// <summary>Who agrees to a migration, and that what runs is what they agreed to.</summary>
public sealed class MigrateApprovalTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string People = """
        CREATE TABLE people (id int PRIMARY KEY, name text);
        INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace');
        """;

    [Fact]
    public async Task What_is_high_runs_once_the_name_of_the_database_is_typed_and_nothing_else_will_do()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__gone.sql", "-- surety:ignore drop-table nobody needs it\nDROP TABLE people;");
        await File.WriteAllTextAsync(
            Path.Combine(on.Surety.Folder, "surety.yaml"),
            "check:\n  ignore:\n    - { rule: drop-table, reason: nobody needs tables }\n"
        );
        (await on.Surety.RunAsync("check", "migrations")).ExitCode.ShouldBe(0);

        var refused = await TypeAsync(on, "yes");
        refused.ExitCode.ShouldBe(4, refused.Error);
        refused.Error.ShouldContain(
            "  risk       high (1 high; 1 of them ignored by check alone); the worst: V1__gone.sql:2"
        );
        refused.Error.ShouldContain("type the database's name to go on: ");
        refused.Error.ShouldContain($"\"{on.Database.Database}\" was not typed; nothing was changed");
        (await on.ScalarAsync<long>("SELECT count(*) FROM people")).ShouldBe(2);
        (await on.StatusAsync()).ShouldBe("1 pending");

        var typed = await TypeAsync(on, on.Database.Database);
        typed.ExitCode.ShouldBe(0, typed.Error);
        (await on.StatusAsync()).ShouldBe("1 done");
        (await on.ScalarAsync<string>("SELECT approved_by FROM surety.migrations")).ShouldBe(Environment.UserName);
    }

    [Fact]
    public async Task What_runs_is_what_was_read_at_first_whatever_becomes_of_the_file()
    {
        using var on = await MigrationProgram.OnAsync(postgres, People);
        on.Write("V1__name.sql", "UPDATE people SET name = 'Augusta' WHERE id = 1;");
        await using var holder = await PostgresFixture.OpenAsync(on.Database);
        await using var transaction = await holder.BeginTransactionAsync();
        await using var locking = new NpgsqlCommand("LOCK people", holder, transaction);
        await locking.ExecuteNonQueryAsync();
        var process = on.Surety.Start("migrate", "migrations", "--json");
        // It has read the files, and its backup waits; then comes the rehearsal.
        await Eventually.Is(async () =>
            await on.ScalarAsync<long>(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'people'::regclass"
            ) > 0
        );

        on.Write("V1__name.sql", "SELECT 1/0;");
        await transaction.RollbackAsync();

        var run = await SuretyProgram.EndOfAsync(process);
        run.ExitCode.ShouldBe(0, run.Error + run.Out);
        (await on.ScalarAsync<string>("SELECT name FROM people WHERE id = 1")).ShouldBe("Augusta");
        (await on.StatusAsync()).ShouldBe("1 changed");
    }

    /// <summary>Somebody at the terminal types a word; without a rehearsal, which takes its time.</summary>
    private static Task<CommandLineRun> TypeAsync(MigrationProgram on, string word) =>
        CommandLineRun.InAsync(
            on.Surety.Folder,
            new Dictionary<string, string?>(on.Surety.Environment)
            {
                ["PATH"] = Environment.GetEnvironmentVariable("PATH"),
            },
            word,
            "migrate",
            "migrations",
            "--rehearse",
            "never"
        );
}
