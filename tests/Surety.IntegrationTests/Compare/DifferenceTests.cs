using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.Compare;

/// <summary>One database is backed up; each test changes a copy of it, and the difference says what was changed.</summary>
public sealed class DifferenceTests(DifferenceTests.Sound sound) : IClassFixture<DifferenceTests.Sound>
{
    public static TheoryData<string, string> Changes =>
        new()
        {
            { "DELETE FROM goods WHERE id IN (7, 9)", "public.goods: -2 +0 ~0; gone 7 9" },
            { "INSERT INTO goods VALUES (-5, 'new', 1)", "public.goods: -0 +1 ~0; new -5" },
            { "UPDATE goods SET price = 1.10 WHERE id = 3", "public.goods: -0 +0 ~1; changed 3" },
            { "UPDATE goods SET id = 4000 WHERE id = 4", "public.goods: -1 +1 ~0; gone 4; new 4000" },
            { "INSERT INTO twins SELECT * FROM twins LIMIT 3", "public.twins: -0 +3" },
            { "DELETE FROM twins WHERE ctid = (SELECT min(ctid) FROM twins)", "public.twins: -1 +0" },
            {
                "UPDATE priced SET note = 'other' WHERE name = E'tab\\there'",
                "public.priced: -0 +0 ~1; changed tab\there"
            },
            { "UPDATE keyed SET v = 0 WHERE n = 1.50", "public.keyed: -0 +0 ~1; changed b,2024-02-29,1.50,false" },
            { "UPDATE taxed SET net = 7 WHERE id = 3", "public.taxed: -0 +0 ~1; changed 3" },
            {
                "CREATE OR REPLACE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 2.0'; UPDATE taxed SET net = net",
                "public.taxed: -0 +0 ~0 generated columns have other values (gross)"
            },
            {
                "UPDATE visits SET day = '2024-07-02' WHERE day = '2024-01-05'",
                """
                    public.visits_1: -1 +0 ~0; gone 5,2024-01-05
                    public.visits_2: -0 +1 ~0; new 5,2024-07-02
                    """
            },
            { "ALTER TABLE twins RENAME a TO b", "public.twins: -10 +10 column a is missing, column b is new" },
            { "DROP TABLE twins", "public.twins: -10 +0" },
            { "CREATE TABLE more AS SELECT 1 AS one", "public.more: -0 +1" },
            { "TRUNCATE visits", "public.visits_1: -100 +0 ~0; gone\npublic.visits_2: -84 +0 ~0; gone" },
            { "SELECT setval('numbers', 42)", "sequence public.numbers" },
            { "SELECT lo_put(60001, 0, 'other')", "large objects: -0 +0 ~1" },
            { "SELECT lo_unlink(60001), lo_from_bytea(60002, 'new')", "large objects: -1 +1 ~0" },
            { "COMMENT ON LARGE OBJECT 60001 IS 'other'", "large objects: -0 +0 ~1" },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_was_changed_is_found(string change, string expected)
    {
        var changed = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(changed, change);

        var report = await sound.Backups.DiffAsync(sound.Manifest, changed);

        Findings(report).ShouldBe(expected.Split('\n', StringSplitOptions.TrimEntries), ignoreOrder: true);
        report.Equal.ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_not_changed_is_equal_whatever_its_order()
    {
        var copy = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(
            copy,
            "UPDATE goods SET id = id WHERE id % 2 = 0; CREATE TEMP TABLE other AS SELECT * FROM goods ORDER BY name DESC; TRUNCATE goods; INSERT INTO goods SELECT * FROM other"
        );

        var report = await sound.Backups.DiffAsync(sound.Manifest, copy);

        report.Equal.ShouldBeTrue();
        report.Tables.ShouldAllBe(t => t.BackupRows == t.DatabaseRows);
    }

    [Fact]
    public async Task A_difference_larger_than_the_memory_allowed_is_counted_exactly()
    {
        var changed = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(changed, "UPDATE goods SET price = 2; DELETE FROM goods WHERE id % 10 = 0");

        var report = await sound.Backups.DiffAsync(
            sound.Manifest,
            changed,
            new DifferenceOptions { MemoryBytes = 20_000 }
        );

        Counts(report.Tables.Single(t => t.Name == "public.goods")).ShouldBe("-100 +0 ~900");
    }

    [Fact]
    public async Task Only_the_tables_asked_for_are_compared()
    {
        var changed = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(changed, "DELETE FROM goods; DELETE FROM twins; SELECT nextval('numbers')");

        var report = await sound.Backups.DiffAsync(
            sound.Manifest,
            changed,
            new DifferenceOptions { Tables = ["twins"] }
        );

        Findings(report).ShouldBe(["public.twins: -10 +0"]);
        report.Tables.ShouldHaveSingleItem();
        report.Schema.ShouldBeNull();
    }

    [Fact]
    public async Task A_changed_definition_is_there_as_it_was_and_as_it_is()
    {
        var changed = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(
            changed,
            "DROP INDEX goods_by_name; CREATE INDEX goods_by_name ON goods (name DESC)"
        );

        var report = await sound.Backups.DiffAsync(sound.Manifest, changed);

        report
            .Schema!.Differences.ShouldHaveSingleItem()
            .ShouldBe(
                new SchemaDifference("INDEX public.goods_by_name", SchemaChange.Changed)
                {
                    BackupSql = "CREATE INDEX goods_by_name ON public.goods USING btree (name);",
                    DatabaseSql = "CREATE INDEX goods_by_name ON public.goods USING btree (name DESC);",
                }
            );
    }

    private static IEnumerable<string> Findings(DifferenceReport report) =>
        [
            .. report.Tables.Where(t => t.Status != ComparisonStatus.Exact).Select(Finding),
            .. report.Sequences.Where(s => s.Status != ComparisonStatus.Exact).Select(s => $"sequence {s.Name}"),
            .. report.LargeObjects is { IsEmpty: false } objects
                ? [$"large objects: -{objects.OnlyInBackup} +{objects.OnlyInDatabase} ~{objects.Changed}"]
                : Array.Empty<string>(),
        ];

    private static string Finding(TableDifference table)
    {
        // Of many, which come as samples is chance.
        var gone =
            table.OnlyInBackup > table.BackupKeys.Count && table.Key.Count > 0
                ? [""]
                : table.BackupKeys.Select(k => string.Join(',', k));
        return $"{table.Name}: {Counts(table)}"
            + (table.Reason.Length > 0 ? $" {table.Reason}" : "")
            + Keys("gone", [.. gone])
            + Keys("new", [.. table.DatabaseKeys.Select(k => string.Join(',', k))])
            + Keys("changed", [.. table.ChangedKeys.Select(k => string.Join(',', k))]);
    }

    private static string Counts(TableDifference table) =>
        $"-{table.OnlyInBackup} +{table.OnlyInDatabase}{(table.Changed is { } changed ? $" ~{changed}" : "")}";

    private static string Keys(string word, string[] keys) =>
        keys.Length == 0 ? "" : $"; {word} {string.Join(' ', keys.Order(StringComparer.Ordinal))}".TrimEnd();

    public sealed class Sound : IAsyncLifetime
    {
        private ConnectionTarget original = null!;

        public PostgresFixture Postgres { get; } = new();
        internal BackupFolder Backups { get; } = new();
        public Manifest Manifest { get; private set; } = null!;

        public Task<ConnectionTarget> CopyAsync() => Postgres.CreateDatabaseAsync($"TEMPLATE {original.Database}");

        public async Task InitializeAsync()
        {
            original = await Postgres.CreateDatabaseAsync();
            await PostgresFixture.ExecuteAsync(
                original,
                """
                CREATE TABLE goods (id int PRIMARY KEY, name text, price numeric);
                INSERT INTO goods SELECT n, 'good ' || n, 1.1 FROM generate_series(1, 1000) n;
                CREATE INDEX goods_by_name ON goods (name);
                CREATE TABLE twins (a int);
                INSERT INTO twins SELECT 1 FROM generate_series(1, 10);
                CREATE TABLE priced (price money, note text, name varchar(20) PRIMARY KEY);
                INSERT INTO priced VALUES (1, E'a\tb\\c', E'tab\there'), (2, NULL, 'plain');
                CREATE TABLE keyed (v int, n numeric(10, 2), d date, "The Key" text, b boolean, PRIMARY KEY ("The Key", d, n, b));
                INSERT INTO keyed VALUES (1, 1.5, '2024-02-29', 'b', false), (1, 1.5, '2024-02-28', 'b', true);
                UPDATE keyed SET n = -10000.25 WHERE b;
                CREATE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.2';
                CREATE TABLE taxed (id int PRIMARY KEY, net numeric, gross numeric GENERATED ALWAYS AS (net * rate()) STORED);
                INSERT INTO taxed SELECT n, n FROM generate_series(1, 10) n;
                CREATE TABLE visits (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
                CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');
                INSERT INTO visits SELECT n, date '2023-12-31' + n FROM generate_series(1, 100) n;
                INSERT INTO visits SELECT n, date '2024-06-30' + n FROM generate_series(101, 184) n;
                CREATE SEQUENCE numbers;
                SELECT lo_from_bytea(60001, 'x');
                """
            );
            Manifest = await Backups.BackupAsync(original);
        }

        public async Task DisposeAsync()
        {
            await Postgres.DisposeAsync();
            Backups.Dispose();
        }
    }
}
