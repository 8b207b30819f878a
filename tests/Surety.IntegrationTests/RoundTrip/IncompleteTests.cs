using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>What a role that is no superuser can take, and that a backup names exactly what it could not.</summary>
public sealed class IncompleteTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Schema = """
        CREATE SCHEMA open;
        CREATE TYPE open.mood AS ENUM ('sad');
        CREATE TABLE open.items (id int PRIMARY KEY, v text);
        INSERT INTO open.items SELECT n, 'v' || n FROM generate_series(1, 100) n;
        CREATE TABLE open.details (id serial, item int REFERENCES open.items, secret text);
        INSERT INTO open.details (item, secret) SELECT n, 'x' FROM generate_series(1, 50) n;
        CREATE VIEW open.both AS SELECT * FROM open.items JOIN open.details USING (id);
        CREATE TABLE open.parts (id int, v text) PARTITION BY LIST (id);
        CREATE TABLE open.parts_1 PARTITION OF open.parts FOR VALUES IN (1);
        CREATE TABLE open.parts_2 PARTITION OF open.parts FOR VALUES IN (2);
        INSERT INTO open.parts VALUES (1, 'a'), (2, 'b');
        CREATE SEQUENCE open.counter;
        SELECT nextval('open.counter');
        CREATE SCHEMA closed;
        CREATE TABLE closed.vault (id int);
        INSERT INTO closed.vault VALUES (1);
        CREATE SEQUENCE closed.counter;
        SELECT lo_from_bytea(50001, 'one'), lo_from_bytea(50002, 'two');
        """;

    [Fact]
    public async Task A_role_that_may_read_everything_makes_a_complete_backup()
    {
        using var backups = new BackupFolder();
        var (source, reader) = await SourceAsync(
            "GRANT pg_read_all_data TO {0}; GRANT SELECT ON LARGE OBJECT 50001, 50002 TO {0}"
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(reader);
        await backups.RestoreAsync(manifest, source with { Database = target.Database });

        manifest.Incomplete.ShouldBeEmpty();
        manifest.Source.Role.ShouldBe(reader.User);
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        (await backups.ValidateAsync(manifest, reader)).ShouldBeExact();
    }

    [Fact]
    public async Task Everything_that_a_role_may_not_read_is_named_and_the_rest_comes_back()
    {
        using var backups = new BackupFolder();
        var (_, reader) = await SourceAsync(
            """
            GRANT USAGE ON SCHEMA open TO {0};
            GRANT SELECT ON open.items, open.parts, open.parts_1, open.counter TO {0};
            GRANT SELECT (id, item) ON open.details TO {0};
            GRANT SELECT ON LARGE OBJECT 50001 TO {0};
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(reader);
        var restored = await backups.RestoreAsync(manifest, target);

        manifest
            .Incomplete.Select(i => $"{i.Kind} {i.Name}: {i.Reason}")
            .ShouldBe(
                [
                    $"table closed.vault: role {reader.User} has no USAGE on its schema",
                    $"table open.details: role {reader.User} has no SELECT on it",
                    $"table open.parts_2: role {reader.User} has no SELECT on it",
                    $"sequence closed.counter: role {reader.User} has no SELECT on it",
                    $"sequence open.details_id_seq: role {reader.User} has no SELECT on it",
                    $"large object 50002: role {reader.User} has no SELECT on it",
                ],
                ignoreOrder: true
            );
        restored.Rows.ShouldBe(101);
        (await PostgresFixture.ScalarAsync<long>(target, "SELECT count(*) FROM open.items")).ShouldBe(100);
        (await PostgresFixture.ScalarAsync<string>(target, "SELECT v FROM open.parts")).ShouldBe("a");
        (await PostgresFixture.ScalarAsync<byte[]>(target, "SELECT lo_get(50001)")).ShouldBe("one"u8.ToArray());
    }

    [Fact]
    public async Task Rows_that_a_policy_hides_are_named_and_never_missing_in_silence()
    {
        using var backups = new BackupFolder();
        var (_, reader) = await SourceAsync(
            """
            GRANT pg_read_all_data TO {0};
            GRANT SELECT ON LARGE OBJECT 50001, 50002 TO {0};
            ALTER TABLE open.items ENABLE ROW LEVEL SECURITY;
            CREATE POLICY few ON open.items USING (id < 10);
            """
        );
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(reader);
        var restored = await backups.RestoreAsync(manifest, target);

        manifest.Incomplete.ShouldBe([
            new IncompleteItem("table rows", "open.items", $"row level security hides rows from role {reader.User}"),
        ]);
        restored.Warnings.ShouldNotBeEmpty("the foreign key to the rows that are missing");
        restored.Warnings[0].ShouldContain("details_item_fkey");
        (await PostgresFixture.ScalarAsync<long>(target, "SELECT count(*) FROM open.items")).ShouldBe(0);
        (await PostgresFixture.ScalarAsync<long>(target, "SELECT count(*) FROM open.details")).ShouldBe(50);
    }

    [Fact]
    public async Task Row_level_security_that_is_forced_hides_rows_from_the_owner_too()
    {
        using var backups = new BackupFolder();
        var (_, owner) = await SourceAsync(
            """
            GRANT USAGE ON SCHEMA open TO {0};
            CREATE TABLE open.forced (id int);
            CREATE TABLE open.enabled (id int);
            INSERT INTO open.forced VALUES (1);
            INSERT INTO open.enabled VALUES (1);
            ALTER TABLE open.forced OWNER TO {0};
            ALTER TABLE open.enabled OWNER TO {0};
            ALTER TABLE open.forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            ALTER TABLE open.enabled ENABLE ROW LEVEL SECURITY;
            """
        );

        var manifest = await backups.BackupAsync(owner);

        manifest
            .Incomplete.Where(i => i.Name is "open.forced" or "open.enabled")
            .Select(i => $"{i.Kind} {i.Name}")
            .ShouldBe(["table rows open.forced"]);
        var contents = await backups.ContentsAsync(manifest);
        contents.Tables.Single(t => t.Name == "enabled").Receipt.Rows.ShouldBe(1);
    }

    [Fact]
    public async Task A_backup_of_some_schemas_holds_these_alone_and_is_complete()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(source, Schema);
        var target = await postgres.NameDatabaseAsync();

        var manifest = await backups.BackupAsync(
            source,
            o => o with { Snapshot = new() { Schemas = new(["open"], []) } }
        );
        await backups.RestoreAsync(manifest, target);

        manifest.Incomplete.ShouldBeEmpty();
        var contents = await backups.ContentsAsync(manifest);
        contents.Tables.Select(t => t.Schema).Distinct().ShouldBe(["open"]);
        contents.LargeObjects.Objects.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        (await backups.ValidateAsync(manifest, source)).ShouldBeExact();
    }

    [Fact]
    public async Task A_restore_without_owners_needs_none_of_the_roles()
    {
        using var backups = new BackupFolder();
        var (source, reader) = await SourceAsync("ALTER TABLE open.items OWNER TO {0}");
        var manifest = await backups.BackupAsync(source);
        await PostgresFixture.ExecuteAsync(source, $"REASSIGN OWNED BY {reader.User} TO CURRENT_USER");
        await PostgresFixture.ExecuteAsync(source, $"DROP OWNED BY {reader.User}; DROP ROLE {reader.User}");
        var without = await postgres.NameDatabaseAsync();
        var with = await postgres.NameDatabaseAsync();

        await backups.RestoreAsync(manifest, without, o => o with { NoOwner = true });
        var report = await backups.RestoreAsync(manifest, with, o => o with { CreateRoles = true });

        report.CreatedRoles.ShouldBe([reader.User]);
        const string owner = "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = 'open.items'::regclass";
        (await PostgresFixture.ScalarAsync<string>(without, owner)).ShouldBe(without.User);
        (await PostgresFixture.ScalarAsync<string>(with, owner)).ShouldBe(reader.User);
    }

    /// <summary>The database, and the same as a role of its own with these grants (<c>{0}</c>) and nothing more.</summary>
    private async Task<(ConnectionTarget Source, ConnectionTarget AsRole)> SourceAsync(string grants)
    {
        var source = await postgres.CreateDatabaseAsync();
        var role = $"reader_of_{source.Database}";
        await PostgresFixture.ExecuteAsync(source, Schema);
        await PostgresFixture.ExecuteAsync(source, $"CREATE ROLE {role} LOGIN");
        await PostgresFixture.ExecuteAsync(source, grants.Replace("{0}", role, StringComparison.Ordinal));
        return (source, source with { User = role });
    }
}
