using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>The hard database, backed up and restored once; each test looks at another side of the result.</summary>
public sealed class HardDatabaseTests(HardDatabaseTests.RoundTrip trip) : IClassFixture<HardDatabaseTests.RoundTrip>
{
    private static readonly string[] Binary =
    [
        "arrays",
        "composites",
        "domains",
        "enums",
        "extended",
        "instants",
        "large",
        "numbers",
        "others",
        "own_ranges",
        "ranges",
        "texts",
    ];
    private static readonly string[] Text =
    [
        "catalogs",
        "composites_of_enums",
        "documents",
        "domain_arrays",
        "enum_arrays",
        "extended_arrays",
        "extended_text",
        "grants_as_values",
        "own_range_arrays",
        "prices",
        "vectors",
    ];

    [Fact]
    public void Rows_are_binary_exactly_where_their_bytes_mean_the_same_in_another_database()
    {
        var tables = trip.Contents.Tables.Where(t => t.Schema == "types").ToLookup(t => t.Format, t => t.Name);

        tables[RowFormat.Binary].ShouldBe(Binary);
        tables[RowFormat.Text].ShouldBe(Text);
    }

    [Fact]
    public void Only_what_is_on_another_server_is_missing()
    {
        trip.Manifest.Incomplete.Select(i => $"{i.Kind} {i.Name}")
            .ShouldBe([
                "foreign table rows objects.by_place_far",
                "foreign table rows objects.far",
                "foreign table rows objects.host_names",
            ]);
        trip.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_repository_is_sound() => (await trip.Backups.VerifyAsync()).Damaged.ShouldBeEmpty();

    [Fact]
    public async Task The_restored_database_is_exactly_the_backup() =>
        (await trip.Backups.ValidateAsync(trip.Manifest, trip.Restored)).ShouldBeExact();

    [Fact]
    public async Task The_database_itself_still_is_exactly_the_backup() =>
        (await trip.Backups.ValidateAsync(trip.Manifest, trip.Original)).ShouldBeExact();

    [Fact]
    public async Task The_restored_database_dumps_as_one_that_pg_dump_and_psql_made()
    {
        var reference = await trip.Postgres.NameDatabaseAsync();
        await HardDatabase.CopyByDumpAsync(trip.Original, reference);

        var expected = await DumpText.ReadAsync(reference);
        await HardDatabase.DropSubscriptionAsync(reference);

        var restored = await DumpText.ReadAsync(trip.Restored);
        restored.Where(IsComparable).Except(expected).ShouldBeEmpty();
        expected.Where(IsComparable).Except(restored).ShouldBeEmpty();

        // Their leaves have columns in different orders, and a row can be in any leaf.
        static bool IsComparable(string piece) => !piece.StartsWith("COPY tables.by_mood ", StringComparison.Ordinal);
    }

    [SharedDataFact]
    public async Task The_independent_hashes_of_tables_sequences_and_large_objects_are_the_same()
    {
        var restored = await TableHashes.ReadTablesAsync(trip.Restored, HardDatabase.EnumLeaves);

        restored.ShouldBe(await TableHashes.ReadTablesAsync(trip.Original, HardDatabase.EnumLeaves));
    }

    [Fact]
    public async Task A_subscription_comes_back_disabled()
    {
        const string sql =
            "SELECT subname || ' ' || subenabled FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid AND datname = current_database()";

        (await PostgresFixture.ScalarAsync<string>(trip.Restored, sql)).ShouldBe("hard_subscription false");
    }

    [Fact]
    public async Task Rows_move_between_the_leaves_of_an_enum_and_none_is_lost()
    {
        const string sql =
            "SELECT count(*) || string_agg(concat_ws(' ', id, how, doubled), ',' ORDER BY id) FROM tables.by_mood";

        var rows = await PostgresFixture.ScalarAsync<string>(trip.Restored, sql);

        rows.ShouldBe(await PostgresFixture.ScalarAsync<string>(trip.Original, sql));
        rows.ShouldStartWith("100");
        trip.Contents.Tables.Where(t => t.Name.StartsWith("by_mood", StringComparison.Ordinal))
            .ShouldAllBe(t => t.LoadThrough == new LoadThroughEntry("tables", "by_mood"));
    }

    public sealed class RoundTrip : IAsyncLifetime
    {
        internal BackupFolder Backups { get; } = new();
        public PostgresFixture Postgres { get; } = new();
        public ConnectionTarget Original { get; private set; } = null!;
        public ConnectionTarget Restored { get; private set; } = null!;
        public Manifest Manifest { get; private set; } = null!;
        public BackupContents Contents { get; private set; } = null!;
        public IReadOnlyList<string> Warnings { get; private set; } = [];

        public async Task InitializeAsync()
        {
            Original = await Postgres.CreateDatabaseAsync();
            await HardDatabase.LoadAsync(Original);
            await PostgresFixture.ExecuteAsync(Original, "ALTER SUBSCRIPTION hard_subscription ENABLE");
            // Another session's temporary table is nobody else's business.
            await using var other = await PostgresFixture.OpenAsync(Original);
            await using var temporary = other.CreateCommand();
            temporary.CommandText = "CREATE TEMP TABLE passing AS SELECT 1 AS id; CREATE TEMP SEQUENCE passing_too";
            await temporary.ExecuteNonQueryAsync();

            Manifest = await Backups.BackupAsync(Original);
            Contents = await Backups.ContentsAsync(Manifest);
            Restored = await Postgres.NameDatabaseAsync();
            Warnings = (await Backups.RestoreAsync(Manifest, Restored)).Warnings;
        }

        public async Task DisposeAsync()
        {
            await HardDatabase.DropSubscriptionAsync(Original);
            await HardDatabase.DropSubscriptionAsync(Restored);
            await Postgres.DisposeAsync();
            Backups.Dispose();
        }
    }
}
