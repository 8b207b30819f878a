using Surety.IntegrationTests.RoundTrip;
using Surety.Testing;

namespace Surety.IntegrationTests.Scratch;

public sealed class SampleDatabaseTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // The shop has no oracle of its own making: its rows are counted here.
    public static TheoryData<string> SamplesWithHashes =>
        [.. SampleDatabase.All.Where(sample => sample.ExpectedHashes is not null).Select(sample => sample.Name)];

    [Fact]
    public async Task The_shop_has_one_of_everything_and_about_two_hundred_thousand_rows()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);

        (await PostgresFixture.ScalarAsync<long>(shop, "SELECT count(*) FROM pg_largeobject_metadata")).ShouldBe(1);
        (await PostgresFixture.ScalarAsync<decimal>(shop, RowsOfAllTables)).ShouldBeInRange(190_000, 230_000);
        (await PostgresFixture.ScalarAsync<long>(shop, "SELECT count(*) FROM audit.changes")).ShouldBeGreaterThan(0);
        (await PostgresFixture.ScalarAsync<long>(shop, "SELECT count(*) FROM revenue_by_month")).ShouldBe(13);
    }

    [SharedDataTheory]
    [MemberData(nameof(SamplesWithHashes), DisableDiscoveryEnumeration = true)]
    public async Task A_sample_loads_to_exactly_the_rows_that_its_oracle_lists(string name)
    {
        var sample = SampleDatabase.Named(name);
        var database = await postgres.CreateDatabaseAsync(sample);
        var printed = await TableHashes.ReadAsync(database);

        printed.ShouldBe(await File.ReadAllTextAsync(sample.ExpectedHashes!));
    }

    private const string RowsOfAllTables = """
        SELECT sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM ONLY %s', oid::regclass), true, true, '')))[1]::text::numeric)
        FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'audit'::regnamespace)
        """;
}
