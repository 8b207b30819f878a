using Surety.Core.Postgres;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Versions;

/// <summary>What came with a version survives on it, and is refused, by name, where the server is older.</summary>
public sealed class VersionFeatureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly Dictionary<string, (int Since, string Options, string Sql)> Features = new()
    {
        ["nulls not distinct"] = (
            15,
            "TEMPLATE template0",
            """
            CREATE TABLE seat (hall int, place int, UNIQUE NULLS NOT DISTINCT (hall, place));
            INSERT INTO seat VALUES (1, NULL), (NULL, NULL);
            CREATE VIEW seats WITH (security_invoker) AS SELECT * FROM seat;
            """
        ),
        ["icu database"] = (
            15,
            "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'de-AT-u-co-phonebk'",
            "CREATE TABLE town AS SELECT unnest(ARRAY['Zell', 'Öblarn', 'Oberwart']) AS name; CREATE INDEX ON town (name);"
        ),
        ["icu rules"] = (
            16,
            "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US' ICU_RULES '&a < g'",
            """
            CREATE COLLATION swapped (provider = icu, locale = 'und', rules = '&V << w <<< W');
            CREATE TABLE word (word text COLLATE swapped PRIMARY KEY, other text);
            INSERT INTO word VALUES ('V', 'a'), ('w', 'g'), ('W', 'b');
            """
        ),
        ["storage and granted memberships"] = (
            16,
            "TEMPLATE template0",
            """
            CREATE TABLE note (text text STORAGE EXTERNAL, packed text COMPRESSION pglz);
            INSERT INTO note VALUES (repeat('x', 10000), repeat('y', 10000));
            """
        ),
        ["builtin locale provider"] = (
            17,
            "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
            """
            CREATE COLLATION plain (provider = builtin, locale = 'C.UTF-8');
            CREATE TABLE word (word text PRIMARY KEY, other text COLLATE plain);
            INSERT INTO word VALUES ('ä', 'Ä'), ('z', 'Z');
            """
        ),
        ["maintain"] = (
            17,
            "TEMPLATE template0",
            """
            CREATE TABLE kept (i int PRIMARY KEY);
            GRANT MAINTAIN ON kept TO pg_monitor;
            INSERT INTO kept SELECT generate_series(1, 100);
            """
        ),
        ["identity of a partitioned table"] = (
            17,
            "TEMPLATE template0",
            """
            CREATE TABLE event (id bigint GENERATED ALWAYS AS IDENTITY, at date NOT NULL) PARTITION BY RANGE (at);
            CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            INSERT INTO event (at) SELECT date '2026-01-01' + i FROM generate_series(0, 99) i;
            """
        ),
        ["virtual generated column"] = (
            18,
            "TEMPLATE template0",
            """
            CREATE TABLE line (
                price numeric NOT NULL, pieces int NOT NULL,
                total numeric GENERATED ALWAYS AS (price * pieces) VIRTUAL,
                kept numeric GENERATED ALWAYS AS (price * pieces) STORED
            );
            INSERT INTO line SELECT i, i FROM generate_series(1, 500) i;
            CREATE TABLE only_virtual (answer int GENERATED ALWAYS AS (42) VIRTUAL);
            INSERT INTO only_virtual DEFAULT VALUES;
            """
        ),
        ["named not null constraint"] = (
            18,
            "TEMPLATE template0",
            """
            CREATE TABLE member (name text CONSTRAINT everybody_has_a_name NOT NULL, mail text);
            INSERT INTO member VALUES ('Ada', NULL);
            ALTER TABLE member ADD CONSTRAINT later_mail NOT NULL mail NOT VALID;
            CREATE TABLE child () INHERITS (member);
            CREATE TABLE free (i int, CONSTRAINT positive CHECK (i > 0) NOT ENFORCED);
            INSERT INTO free VALUES (-1);
            """
        ),
        ["temporal key"] = (
            18,
            "TEMPLATE template0",
            """
            CREATE EXTENSION btree_gist;
            CREATE TABLE room (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
            CREATE TABLE stay (
                id int, during daterange, FOREIGN KEY (id, PERIOD during) REFERENCES room (id, PERIOD during)
            );
            INSERT INTO room VALUES (1, '[2026-01-01,2027-01-01)');
            INSERT INTO stay VALUES (1, '[2026-02-01,2026-03-01)');
            """
        ),
    };

    public static TheoryData<string, int, int> Newer
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var (name, feature) in Features)
            {
                foreach (var from in (int[])[15, 17, 18])
                {
                    foreach (var to in (int[])[17, 18])
                    {
                        if (from >= feature.Since && to >= from || from == 15 && to == 17 && feature.Since == 15)
                        {
                            data.Add(name, from, to);
                        }
                    }
                }
            }

            return data;
        }
    }

    [MatrixTheory]
    [MemberData(nameof(Newer), DisableDiscoveryEnumeration = true)]
    public async Task What_came_with_a_version_survives_on_it_and_on_newer_ones(string feature, int from, int to)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(15, 17, 18));
        var original = await MakeAsync(feature, from);
        var restored = await postgres.NameDatabaseAsync(major: to);

        var manifest = await backups.BackupAsync(original);
        var report = await backups.RestoreAsync(manifest, restored);

        manifest.Incomplete.ShouldBeEmpty();
        report.Warnings.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, restored)).ShouldBeExact();
        (await LocaleAsync(restored, to)).ShouldBe(await LocaleAsync(original, from));
    }

    [MatrixTheory]
    [InlineData(
        "virtual generated column",
        18,
        17,
        "pg_restore failed with exit code 1: could not execute query: ERROR:  syntax error at or near \",\""
    )]
    [InlineData(
        "named not null constraint",
        18,
        15,
        "pg_restore failed with exit code 1: could not execute query: ERROR:  syntax error at or near \"NOT\""
    )]
    [InlineData("temporal key", 18, 17, "syntax error at or near \"WITHOUT\"")]
    [InlineData("maintain", 17, 15, "unrecognized privilege type \"maintain\"")]
    [InlineData("builtin locale provider", 17, 15, "option \"builtin_locale\" not recognized")]
    [InlineData("icu rules", 18, 15, "icu_rules")]
    public async Task What_an_older_server_does_not_have_is_refused_by_name_and_leaves_nothing(
        string feature,
        int from,
        int to,
        string reason
    )
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(15, 17, 18));
        var manifest = await backups.BackupAsync(await MakeAsync(feature, from));
        var restored = await postgres.NameDatabaseAsync(major: to);

        var refusal = await Should.ThrowAsync<SuretyException>(() => backups.RestoreAsync(manifest, restored));

        refusal.Message.ShouldContain(reason);
        refusal.Message.ShouldEndWith($"database \"{restored.Database}\" was not created");
        refusal.Hint.ShouldBe(
            $"the backup comes from PostgreSQL {from} and may use what {to} does not have: restore it into {from} or newer"
        );
        const string left = "SELECT count(*) FROM pg_database WHERE datname ~ '^surety_restore'";
        (await PostgresFixture.ScalarAsync<long>(await PostgresFixture.ServerAsync(to), left)).ShouldBe(0);
    }

    private async Task<ConnectionTarget> MakeAsync(string feature, int major)
    {
        var database = await postgres.CreateDatabaseAsync(Features[feature].Options, major);
        await PostgresFixture.ExecuteAsync(database, Features[feature].Sql);
        return database;
    }

    /// <summary>Provider, locale and rules: the column of the locale was renamed in 17, the rules came with 16.</summary>
    private static Task<string> LocaleAsync(ConnectionTarget database, int major)
    {
        var locale = major >= 17 ? "datlocale" : "daticulocale";
        var rules = major >= 16 ? "daticurules" : "NULL";
        return PostgresFixture.ScalarAsync<string>(
            database,
            $"""
            SELECT concat_ws(' ', datlocprovider, datcollate, datctype, {locale}, {rules})
            FROM pg_database WHERE datname = current_database()
            """
        );
    }
}
