using Surety.Core.Postgres;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>What belongs to a database itself, and follows neither a dump nor a rename.</summary>
public sealed class DatabasePropertyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Properties = """
        SELECT concat_ws(E'\n', pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype, datlocprovider,
                         -- Version 17 renamed it.
                         coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'), datacl, datconnlimit, shobj_description(oid, 'pg_database'),
                         (SELECT string_agg(concat_ws(' ', r.rolname, c), E'\n' ORDER BY r.rolname, c)
                          FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole CROSS JOIN unnest(s.setconfig) c
                          WHERE s.setdatabase = d.oid))
        FROM pg_database d WHERE datname = current_database()
        """;

    [Theory]
    [InlineData("with spaces")]
    [InlineData("""quo"te'd""")]
    [InlineData("dbname=other host=nowhere")]
    [InlineData("postgres://nowhere/other")]
    [InlineData("%41%s%")]
    [InlineData("""back\slash\""")]
    [InlineData("-starts-with; a dash -- $1")]
    [InlineData("Ünïcode 数据库 🐘")]
    [InlineData("new\nline\ttab")]
    public async Task Any_name_serves_as_source_and_as_target(string name)
    {
        using var backups = new BackupFolder();
        var source = await postgres.NameDatabaseAsync(name);
        var target = await postgres.NameDatabaseAsync($"{name} 2");
        var server = await PostgresFixture.ServerAsync();
        await PostgresFixture.ExecuteAsync(server, $"CREATE DATABASE {SqlText.Identifier(name)} TEMPLATE template0");
        await PostgresFixture.ExecuteAsync(source, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        manifest.Database.ShouldBe(name);
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
    }

    [Fact]
    public async Task Owner_grants_comment_limit_and_settings_come_back()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await HardDatabase.CreateRolesAsync(source);
        await PostgresFixture.ExecuteAsync(
            source,
            $""""
            CREATE TABLE t AS SELECT 1 AS id;
            CREATE SCHEMA "My, ""schema""";
            COMMENT ON DATABASE {source.Database} IS E'it''s \\ "mine"\né';
            ALTER DATABASE {source.Database} CONNECTION LIMIT 7;
            ALTER DATABASE {source.Database} SET search_path = "My, ""schema""", "$user", public;
            ALTER DATABASE {source.Database} SET custom.guc = E'a=b, ''c'' \\ "d"\n';
            ALTER DATABASE {source.Database} SET work_mem = '7MB';
            ALTER DATABASE {source.Database} SET "DateStyle" = 'SQL, DMY';
            ALTER ROLE hard_reader IN DATABASE {source.Database} SET statement_timeout = '3s';
            ALTER ROLE "hard ""Rôle""; x" IN DATABASE {source.Database} SET search_path = public;
            REVOKE ALL ON DATABASE {source.Database} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {source.Database} TO hard_reader WITH GRANT OPTION;
            GRANT TEMP ON DATABASE {source.Database} TO hard_reader;
            ALTER DATABASE {source.Database} OWNER TO hard_owner;
            """"
        );
        var target = await postgres.NameDatabaseAsync();

        await backups.RestoreAsync(await backups.BackupAsync(source), target);

        (await PostgresFixture.ScalarAsync<string>(target, Properties)).ShouldBe(
            await PostgresFixture.ScalarAsync<string>(source, Properties)
        );
    }

    [Fact]
    public async Task A_database_without_any_grant_comes_back_without_any()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            source,
            $"REVOKE ALL ON DATABASE {source.Database} FROM PUBLIC, CURRENT_USER"
        );
        var target = await postgres.NameDatabaseAsync();

        await backups.RestoreAsync(await backups.BackupAsync(source), target);

        (await PostgresFixture.ScalarAsync<string>(target, Properties)).ShouldBe(
            await PostgresFixture.ScalarAsync<string>(source, Properties)
        );
    }

    [Fact]
    public async Task An_ICU_database_comes_back_as_one()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync(
            "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk'"
        );
        await PostgresFixture.ExecuteAsync(
            source,
            "CREATE TABLE t (v text PRIMARY KEY); INSERT INTO t VALUES ('Äpfel'), ('Adler'), ('Zebra')"
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        (await PostgresFixture.ScalarAsync<string>(target, Properties)).ShouldContain("de-u-co-phonebk");
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
    }

    [Fact]
    public async Task A_Latin_1_database_keeps_its_bytes_and_its_names()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
        await PostgresFixture.ExecuteAsync(
            source,
            """
            CREATE SCHEMA "Größe";
            CREATE TYPE "Größe"."Maß" AS ENUM ('groß', 'klein');
            CREATE TABLE "Größe"."Äpfel" ("Stück" int PRIMARY KEY, "süß" text DEFAULT 'jä', "maß" "Größe"."Maß"[]);
            INSERT INTO "Größe"."Äpfel" SELECT n, chr(n), '{groß}' FROM generate_series(160, 255) n;
            COMMENT ON TABLE "Größe"."Äpfel" IS 'Müßiggang';
            CREATE SEQUENCE "Zähler";
            CREATE TABLE "ÄÖÜ" (v text);
            INSERT INTO "ÄÖÜ" SELECT string_agg(chr(n), '') FROM generate_series(1, 255) n;
            CREATE FUNCTION "Größe".f() RETURNS text LANGUAGE sql AS $$ SELECT 'é' $$;
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        (await PostgresFixture.ScalarAsync<string>(target, "SHOW server_encoding")).ShouldBe("LATIN1");
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        const string bytes = """
            SELECT md5(string_agg("Stück" || convert_to("süß", 'LATIN1')::text, ',' ORDER BY "Stück")) FROM "Größe"."Äpfel"
            """;
        (await PostgresFixture.ScalarAsync<string>(target, bytes)).ShouldBe(
            await PostgresFixture.ScalarAsync<string>(source, bytes)
        );
        await PostgresFixture.ExecuteAsync(target, """UPDATE "ÄÖÜ" SET v = v || 'ß'""");
        var report = await backups.ValidateAsync(manifest, target);
        report.Rows.Tables.Where(t => t.Reason.Length > 0).Select(t => t.Name).ShouldBe(["public.\"ÄÖÜ\""]);
    }

    [Fact]
    public async Task An_SQL_ASCII_database_keeps_bytes_that_are_no_text_in_any_encoding()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync("TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'");
        await PostgresFixture.ExecuteAsync(
            source,
            """
            CREATE TYPE mood AS ENUM ('sad');
            CREATE TABLE t (id int PRIMARY KEY, v text);
            INSERT INTO t SELECT n, convert_from(set_byte('\x00', 0, n) || '\x41'::bytea, 'SQL_ASCII') FROM generate_series(1, 255) n;
            CREATE TABLE as_text (v text, m mood[]);
            INSERT INTO as_text SELECT v, '{sad}' FROM t;
            DO $$ BEGIN EXECUTE convert_from('CREATE FUNCTION f() RETURNS text LANGUAGE sql AS ''SELECT ''''' || '\xe9ff'::bytea || ''''''''::bytea, 'SQL_ASCII'); END $$;
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        const string bytes = """
            SELECT md5(string_agg(id || convert_to(v, 'SQL_ASCII')::text, ',' ORDER BY id)) || (SELECT md5(prosrc) FROM pg_proc WHERE proname = 'f') FROM t
            """;
        (await PostgresFixture.ScalarAsync<string>(target, bytes)).ShouldBe(
            await PostgresFixture.ScalarAsync<string>(source, bytes)
        );
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
    }

    [Fact]
    public async Task Settings_of_the_database_do_not_reach_what_reads_it()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            source,
            $"""
            CREATE TABLE t AS SELECT n AS id, n * 1.5 AS amount, '2020-01-02'::date + n AS day, '1 day'::interval * n AS span
                FROM generate_series(1, 100) n;
            CREATE SCHEMA shadow;
            CREATE TABLE shadow.pg_class AS SELECT * FROM pg_catalog.pg_class LIMIT 0;
            CREATE FUNCTION shadow.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS 'SELECT ''wrong''';
            ALTER DATABASE {source.Database} SET search_path = shadow, pg_catalog, public;
            ALTER DATABASE {source.Database} SET default_transaction_read_only = on;
            ALTER DATABASE {source.Database} SET "DateStyle" = 'German';
            ALTER DATABASE {source.Database} SET "IntervalStyle" = 'sql_standard';
            ALTER DATABASE {source.Database} SET extra_float_digits = -15;
            ALTER DATABASE {source.Database} SET "TimeZone" = 'Asia/Tokyo';
            ALTER DATABASE {source.Database} SET bytea_output = escape;
            ALTER DATABASE {source.Database} SET standard_conforming_strings = off;
            ALTER DATABASE {source.Database} SET quote_all_identifiers = on;
            ALTER DATABASE {source.Database} SET client_encoding = 'LATIN1';
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);

        manifest.Figures.Tables.ShouldBe(2);
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        (await backups.ValidateAsync(manifest, source)).ShouldBeExact();
    }
}
