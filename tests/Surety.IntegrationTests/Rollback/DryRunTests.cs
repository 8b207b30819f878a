using Surety.Core.Postgres;
using Surety.IntegrationTests.Cli;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>The plan of a rollback, shown without carrying it out.</summary>
public sealed class DryRunTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Tables = """
        CREATE TABLE orders (id int PRIMARY KEY, note text);
        INSERT INTO orders SELECT i, 'order ' || i FROM generate_series(1, 10) i;
        """;

    private const string LostRows = "DELETE FROM orders WHERE id > 7; INSERT INTO orders VALUES (11, 'new')";

    [Fact]
    public async Task The_rows_that_would_go_and_come_are_counted_and_nothing_is_changed()
    {
        var (database, surety) = await BackedUpAsync();
        using var program = surety;
        await PostgresFixture.ExecuteAsync(database, LostRows);

        var plan = await surety.RequireAsync("rollback", "latest", "--dry-run");

        plan.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        plan.GetProperty("strategy").GetString().ShouldBe("rewind");
        plan.GetProperty("why").GetString().ShouldBe("the schema is the same");
        plan.GetProperty("makesSafetyBackup").GetBoolean().ShouldBeTrue();
        plan.GetProperty("refusals").GetArrayLength().ShouldBe(0);
        var table = plan.GetProperty("tables").EnumerateArray().ShouldHaveSingleItem();
        table.GetProperty("name").GetString().ShouldBe("public.orders");
        (table.GetProperty("rowsToDelete").GetInt64(), table.GetProperty("rowsToInsert").GetInt64()).ShouldBe((1L, 3L));
        await ShouldBeUntouchedAsync(database, surety);
    }

    [Fact]
    public async Task It_keeps_no_writer_waiting_and_the_text_is_the_plan()
    {
        var (database, surety) = await BackedUpAsync();
        using var program = surety;
        await PostgresFixture.ExecuteAsync(database, LostRows);
        await using var writer = await PostgresFixture.OpenAsync(database);
        await using var writing = writer.CreateCommand();
        writing.CommandText = "BEGIN; UPDATE orders SET note = 'in the middle of it' WHERE id = 1";
        await writing.ExecuteNonQueryAsync();

        var run = await surety.RunAsync("rollback", "latest", "--dry-run");

        run.ExitCode.ShouldBe(0, run.Error);
        run.Out.ShouldStartWith($"database {database.Database} becomes backup ");
        run.Out.ShouldContain("  rows:\n    public.orders: 1 row to delete, 3 to insert\n");
        await ShouldBeUntouchedAsync(database, surety);
    }

    [Theory]
    [InlineData("swap")]
    [InlineData("replace")]
    public async Task A_changed_schema_is_named_whatever_the_strategy(string strategy)
    {
        var (database, surety) = await BackedUpAsync();
        using var program = surety;
        await PostgresFixture.ExecuteAsync(database, $"{LostRows}; CREATE TABLE novelty (id int)");

        var plan = await surety.RequireAsync("rollback", "latest", "--dry-run", "--strategy", strategy);

        plan.GetProperty("strategy").GetString().ShouldBe(strategy);
        var change = plan.GetProperty("schemaChanges").EnumerateArray().ShouldHaveSingleItem();
        change.GetProperty("definition").GetString().ShouldBe("TABLE public.novelty");
        change.GetProperty("change").GetString().ShouldBe("extra");
        await ShouldBeUntouchedAsync(database, surety);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_carried_out_says_why_and_ends_with_4()
    {
        var (database, surety) = await BackedUpAsync();
        using var program = surety;
        await PostgresFixture.ExecuteAsync(database, $"{LostRows}; CREATE TABLE novelty (id int)");

        var run = await surety.RunAsync("rollback", "latest", "--dry-run", "--strategy", "rewind", "--json");

        run.ExitCode.ShouldBe(4, run.Error);
        run.Json.GetProperty("refusals")
            .EnumerateArray()
            .Select(refusal => refusal.GetString())
            .ShouldContain("1 definition of the schema changed, and a rewind changes rows only");
        run.Json.GetProperty("refusalHint").GetString().ShouldNotBeNull().ShouldStartWith("--strategy swap or");
        run.Error.ShouldContain("ERROR [rollback-refused]: ");
        await ShouldBeUntouchedAsync(database, surety);
    }

    private async Task<(ConnectionTarget Database, SuretyProgram Surety)> BackedUpAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, Tables);
        var surety = await SuretyProgram.OnAsync(database);
        await surety.RequireAsync("backup");
        return (database, surety);
    }

    /// <summary>The damage is still there, no backup and no record came, and nobody holds the repository.</summary>
    private static async Task ShouldBeUntouchedAsync(ConnectionTarget database, SuretyProgram surety)
    {
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM orders")).ShouldBe(8);
        surety.Files("backups").Length.ShouldBe(1);
        surety.Files("locks").ShouldBeEmpty();
        (await surety.RequireAsync("journal")).GetProperty("records").GetArrayLength().ShouldBe(1);
    }
}
