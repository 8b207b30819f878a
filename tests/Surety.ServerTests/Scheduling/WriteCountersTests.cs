using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.ServerTests.Scheduling;

public sealed class WriteCountersTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Flush = "; SELECT pg_stat_force_next_flush()";

    [Theory]
    [InlineData("DELETE FROM customers WHERE false", false)]
    [InlineData("SELECT count(*) FROM orders", false)]
    [InlineData("VACUUM", false)]
    [InlineData("ANALYZE", false)]
    [InlineData("UPDATE customers SET name = name WHERE id = (SELECT min(id) FROM customers)", true)]
    [InlineData("CREATE TABLE of_a_test (a int)", true)]
    [InlineData("ALTER TABLE orders ALTER COLUMN customer_id SET STATISTICS 7", true)]
    [InlineData("CREATE FUNCTION of_a_test() RETURNS int LANGUAGE sql AS 'SELECT 1'", true)]
    [InlineData("COMMENT ON TABLE orders IS 'changed'", true)]
    [InlineData("SELECT lo_create(0)", true)]
    [InlineData("CREATE SEQUENCE of_a_test; SELECT setval('of_a_test', 9)", true)]
    [InlineData("CREATE TABLE of_a_test AS SELECT 1; TRUNCATE of_a_test", true)]
    public async Task They_change_when_something_was_written_and_only_then(string sql, bool changes)
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        await SettledAsync(shop);
        var before = await WriteCounters.ReadAsync(shop, default);
        await PostgresFixture.ExecuteAsync(shop, sql is "VACUUM" or "ANALYZE" ? sql : sql + Flush);
        var after = await WriteCounters.ReadAsync(shop, default);
        (after != before).ShouldBe(changes, $"{before}\n{after}");
    }

    [Fact]
    public async Task Truncate_and_setval_alone_are_writes()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE t (a serial); INSERT INTO t DEFAULT VALUES" + Flush);
        await SettledAsync(shop);
        var first = await WriteCounters.ReadAsync(shop, default);
        await PostgresFixture.ExecuteAsync(shop, "SELECT setval('t_a_seq', 77)" + Flush);
        var second = await WriteCounters.ReadAsync(shop, default);
        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE t" + Flush);
        var third = await WriteCounters.ReadAsync(shop, default);
        new[] { first, second, third }.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_temporary_table_is_no_write_of_rows()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        await using var session = await PostgresFixture.OpenAsync(shop);
        await using var create = new Npgsql.NpgsqlCommand("CREATE TEMPORARY TABLE t (a int)" + Flush, session);
        await create.ExecuteNonQueryAsync();
        await SettledAsync(shop);
        var before = await WriteCounters.ReadAsync(shop, default);
        create.CommandText = "INSERT INTO t SELECT generate_series(1, 100)" + Flush;
        await create.ExecuteNonQueryAsync();
        (await WriteCounters.ReadAsync(shop, default)).ShouldBe(before);
    }

    [Fact]
    public async Task A_server_that_counts_nothing_is_told_and_not_taken_for_one_where_nothing_is_written()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, $"ALTER DATABASE {shop.Database} SET track_counts = off");
        var error = await Should.ThrowAsync<SuretyException>(() => WriteCounters.ReadAsync(shop, default));
        error.Message.ShouldBe("the server counts no writes: track_counts is off; changes cannot be seen");
    }

    /// <summary>Sessions that loaded the sample have said what they wrote.</summary>
    private static async Task SettledAsync(ConnectionTarget database)
    {
        var last = "";
        await Eventually.Is(async () =>
        {
            var before = last;
            await PostgresFixture.ExecuteAsync(database, "SELECT pg_stat_force_next_flush()");
            last = await WriteCounters.ReadAsync(database, default);
            return last == before;
        });
    }
}
