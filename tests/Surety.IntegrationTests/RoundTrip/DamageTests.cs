using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>One database is backed up; each test damages a copy of it in one way, and validate names that and nothing else.</summary>
public sealed class DamageTests(DamageTests.Sound sound) : IClassFixture<DamageTests.Sound>
{
    public static TheoryData<string, string> Damages =>
        new()
        {
            {
                "UPDATE goods SET price = price + 0.01 WHERE id = 500",
                "public.goods mismatch: the same number of rows with other content"
            },
            { "INSERT INTO twins SELECT * FROM twins LIMIT 1", "public.twins mismatch: 1 rows more than the backup" },
            {
                "DELETE FROM twins WHERE ctid = (SELECT min(ctid) FROM twins)",
                "public.twins mismatch: 1 rows fewer than the backup"
            },
            {
                "UPDATE goods SET name = CASE id WHEN 1 THEN 'good 2' ELSE 'good 1' END WHERE id IN (1, 2)",
                "public.goods mismatch: the same number of rows with other content"
            },
            {
                "UPDATE goods SET price = 1.10 WHERE id = 3",
                "public.goods mismatch: the same number of rows with other content"
            },
            {
                "UPDATE goods SET note = '' WHERE id = 4",
                "public.goods mismatch: the same number of rows with other content"
            },
            { "SELECT nextval('numbers')", "sequence public.numbers mismatch" },
            { "SELECT setval('numbers', 5, false)", "sequence public.numbers mismatch" },
            {
                "DROP TABLE twins",
                """
                    public.twins missing
                    schema TABLE public.twins missing
                    schema COMMENT public.TABLE twins missing
                    """
            },
            {
                "CREATE TABLE more (id int)",
                """
                    public.more extra
                    schema TABLE public.more extra
                    """
            },
            {
                "ALTER TABLE twins RENAME a TO b",
                """
                    public.twins mismatch: column a is missing, column b is new
                    schema TABLE public.twins changed
                    """
            },
            { "DROP INDEX goods_by_name", "schema INDEX public.goods_by_name missing" },
            {
                "CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + a'",
                "schema FUNCTION public.twice(integer) changed"
            },
            {
                """
                    CREATE OR REPLACE FUNCTION settings() RETURNS text LANGUAGE sql AS '
                    SELECT 1;
                    SET default_tablespace = two;
                    SELECT 2::text'
                    """,
                "schema FUNCTION public.settings() changed"
            },
            { "ALTER POLICY few ON goods USING (id > 1)", "schema POLICY public.goods few changed" },
            { "ALTER TABLE goods NO FORCE ROW LEVEL SECURITY", "schema TABLE public.goods changed" },
            { "ALTER TABLE goods DISABLE TRIGGER stamped", "schema TRIGGER public.goods stamped changed" },
            { "COMMENT ON TABLE twins IS 'other'", "schema COMMENT public.TABLE twins changed" },
            { "GRANT SELECT ON twins TO hard_reader", "schema ACL public.TABLE twins extra" },
            {
                "ALTER TABLE twins OWNER TO hard_owner",
                """
                    schema TABLE public.twins changed
                    """
            },
            { "SELECT lo_put(60001, 0, 'y')", "large objects mismatch: their content differs" },
            { "SELECT lo_create(60002)", "large objects mismatch: 0 missing, 1 more than the backup" },
            { "SELECT lo_unlink(60001)", "large objects mismatch: 1 missing, 0 more than the backup" },
            { "COMMENT ON LARGE OBJECT 60001 IS 'other'", "large objects mismatch: owners, grants or comments differ" },
            {
                "ALTER LARGE OBJECT 60001 OWNER TO hard_owner",
                "large objects mismatch: owners, grants or comments differ"
            },
            {
                """
                    CREATE OR REPLACE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 2.0';
                    UPDATE taxed SET net = net;
                    CREATE OR REPLACE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.2'
                    """,
                "public.taxed mismatch: generated columns have other values (gross)"
            },
            { "DROP VIEW cheap; CREATE VIEW cheap AS SELECT id FROM goods", "schema VIEW public.cheap changed" },
            { "ALTER SEQUENCE numbers INCREMENT 2", "schema SEQUENCE public.numbers changed" },
            { "ALTER TYPE size ADD VALUE 'XL'", "schema TYPE public.size changed" },
            { "DROP EXTENSION citext", "schema EXTENSION citext missing\nschema COMMENT EXTENSION citext missing" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Validate_names_exactly_what_is_damaged(string damage, string expected)
    {
        var damaged = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(damaged, damage);

        var report = await sound.Backups.ValidateAsync(sound.Manifest, damaged);

        Findings(report).ShouldBe(expected.Split('\n', StringSplitOptions.TrimEntries), ignoreOrder: true);
        report.Exact.ShouldBeFalse();
    }

    [Fact]
    public async Task An_undamaged_copy_is_exact() =>
        (await sound.Backups.ValidateAsync(sound.Manifest, await sound.CopyAsync())).ShouldBeExact();

    [Fact]
    public async Task Rows_in_another_order_and_dead_rows_are_no_damage()
    {
        var copy = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(
            copy,
            """
            UPDATE goods SET id = id WHERE id % 2 = 0;
            INSERT INTO twins VALUES (99);
            DELETE FROM twins WHERE a = 99;
            ALTER TABLE goods ADD passing int DEFAULT 1;
            ALTER TABLE goods DROP passing;
            """
        );

        (await sound.Backups.ValidateAsync(sound.Manifest, copy)).ShouldBeExact();
    }

    [Fact]
    public async Task Generated_values_that_their_function_no_longer_gives_are_restored_with_a_warning()
    {
        using var backups = new BackupFolder();
        var source = await sound.CopyAsync();
        await PostgresFixture.ExecuteAsync(
            source,
            "CREATE OR REPLACE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 3.0'"
        );
        var target = await sound.Postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        var restored = await backups.RestoreAsync(manifest, target);

        restored
            .Warnings.ShouldHaveSingleItem()
            .ShouldBe(
                "public.taxed: generated columns have other values (gross), computed anew by its present definition"
            );
        Findings(await backups.ValidateAsync(manifest, target))
            .ShouldBe(["public.taxed mismatch: generated columns have other values (gross)"]);
    }

    private static IEnumerable<string> Findings(ValidationReport report) =>
        [
            .. report
                .Rows.Tables.Where(t => t.Status != ComparisonStatus.Exact)
                .Select(t => $"{t.Name} {Lower(t.Status)}{(t.Reason.Length == 0 ? "" : ": ")}{t.Reason}"),
            .. report
                .Rows.Sequences.Where(s => s.Status != ComparisonStatus.Exact)
                .Select(s => $"sequence {s.Name} {Lower(s.Status)}"),
            .. report.Schema.Differences.Select(d => $"schema {d.Definition} {Lower(d.Change)}"),
        ];

    private static string Lower<T>(T value)
        where T : Enum => value.ToString().ToLowerInvariant();

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
            await HardDatabase.CreateRolesAsync(original);
            await PostgresFixture.ExecuteAsync(
                original,
                """
                CREATE EXTENSION citext;
                CREATE TYPE size AS ENUM ('S', 'M');
                CREATE TABLE goods (id int PRIMARY KEY, name text, price numeric, note text, size size);
                INSERT INTO goods SELECT n, 'good ' || n, 1.1, NULL, 'S' FROM generate_series(1, 1000) n;
                CREATE INDEX goods_by_name ON goods (name);
                CREATE TABLE twins (a int);
                INSERT INTO twins SELECT 1 FROM generate_series(1, 10);
                COMMENT ON TABLE twins IS 'the same again';
                CREATE SEQUENCE numbers;
                SELECT setval('numbers', 5);
                CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
                CREATE FUNCTION settings() RETURNS text LANGUAGE sql AS '
                SELECT 1;
                SET default_tablespace = one;
                SELECT 2::text';
                CREATE FUNCTION rate() RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.2';
                CREATE TABLE taxed (id int, net numeric, gross numeric GENERATED ALWAYS AS (net * rate()) STORED);
                INSERT INTO taxed SELECT n, n FROM generate_series(1, 10) n;
                ALTER TABLE goods ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                CREATE POLICY few ON goods USING (id > 0);
                CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE TRIGGER stamped BEFORE UPDATE ON goods FOR EACH ROW EXECUTE FUNCTION stamp();
                CREATE VIEW cheap AS SELECT id, name FROM goods WHERE price < 1;
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
