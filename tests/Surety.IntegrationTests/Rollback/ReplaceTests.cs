using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Rollback;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>A rollback inside the database, for roles that may not make another one.</summary>
public sealed class ReplaceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    // What an owner of a managed database has beside its own and may not touch: an extension, a schema and a table in it,
    // the standard schema and default privileges in that.
    private const string Managed = """
        CREATE EXTENSION pgcrypto;
        CREATE SCHEMA auth;
        CREATE TABLE auth.users (id int PRIMARY KEY, name text);
        INSERT INTO auth.users VALUES (1, 'ann');
        GRANT USAGE ON SCHEMA auth TO PUBLIC;
        GRANT SELECT, REFERENCES ON auth.users TO PUBLIC;
        ALTER SCHEMA public OWNER TO CURRENT_USER;
        GRANT ALL ON SCHEMA public TO PUBLIC;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
        """;
    private const string Own = """
        CREATE SCHEMA sales;
        CREATE TABLE public.orders (id serial PRIMARY KEY, who int REFERENCES auth.users, token uuid DEFAULT public.gen_random_uuid());
        INSERT INTO public.orders (who) SELECT 1 FROM generate_series(1, 10);
        CREATE VIEW public.recent AS SELECT * FROM public.orders WHERE id > 5;
        DO $do$ BEGIN
            EXECUTE 'CREATE FUNCTION public.all_orders() RETURNS SETOF public.orders LANGUAGE sql
                     BEGIN ATOMIC SELECT * FROM public.orders; END';
        END $do$;
        CREATE TABLE sales.figures (day date DEFAULT now(), total int);
        INSERT INTO sales.figures VALUES ('2026-01-01', 7);
        """;

    private readonly BackupFolder backups = new();

    public void Dispose() => backups.Dispose();

    // Rules, inheritance and foreign keys in circles come first.
    public static TheoryData<string> Samples =>
        [.. FullRun.Of([.. SampleDatabase.All.Select(s => s.Name).OrderByDescending(n => n == "sakila")], 1)];

    [SharedDataTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task A_database_is_dropped_and_made_again_exactly(string name)
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE TABLE novelty AS SELECT 1 AS one;
            CREATE SCHEMA other CREATE VIEW catalog AS SELECT relname FROM pg_class;
            CREATE EXTENSION hstore SCHEMA other;
            SELECT lo_from_bytea(0, 'a large object');
            """
        );
        var before = await backups.BackupAsync(database);

        var report = await ReplaceAsync(manifest, database);

        report.Strategy.ShouldBe(RollbackStrategy.Replace);
        report.Warnings.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
        await ReplaceAsync(await backups.FindAsync(report.SafetyBackup!.Value), database);
        (await backups.ValidateAsync(before, database)).ShouldBeExact();
    }

    [Fact]
    public async Task Everything_that_a_database_can_have_is_made_again_exactly()
    {
        var database = await postgres.CreateDatabaseAsync();
        await HardDatabase.LoadAsync(database);
        await HardDatabase.DropSubscriptionAsync(database);
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            "CREATE TABLE novelty (); ALTER DEFAULT PRIVILEGES IN SCHEMA tables GRANT SELECT ON TABLES TO PUBLIC"
        );

        var report = await ReplaceAsync(manifest, database);

        report.Warnings.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task Default_privileges_are_not_given_to_what_is_made_again()
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE TABLE orders (id serial);
            ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO pg_monitor;
            """
        );
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            """
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO pg_monitor;
            ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
            ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM CURRENT_USER, PUBLIC;
            """
        );

        await ReplaceAsync(manifest, database);

        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task An_owner_without_CREATEDB_rolls_back_what_is_its_own_and_nothing_else()
    {
        var (database, owner) = await CreateManagedAsync();
        var manifest = await backups.BackupAsync(owner);
        await PostgresFixture.ExecuteAsync(
            owner,
            "DELETE FROM orders WHERE id > 3; ALTER TABLE sales.figures DROP COLUMN day; CREATE TABLE novelty ()"
        );
        await PostgresFixture.ExecuteAsync(database, "INSERT INTO auth.users VALUES (2, 'ben')");

        RollbackPlan? approved = null;
        var report = await backups.RollBackAsync(
            manifest,
            owner,
            o => o with { Schemas = new SchemaFilter([], ["auth"]) },
            plan => approved = plan
        );

        report.Strategy.ShouldBe(RollbackStrategy.Replace);
        approved!.Steps.ShouldContain(step => step.Contains("everything but schema auth"));
        var validation = await backups.ValidateAsync(manifest, owner);
        validation.Schema.Identical.ShouldBeTrue();
        validation
            .Rows.Tables.Where(t => t.Status != Core.Compare.ComparisonStatus.Exact)
            .Select(t => t.Name)
            .ShouldBe(["auth.users"]);
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM auth.users")).ShouldBe(2);
    }

    [Fact]
    public async Task Auto_says_that_the_role_may_not_create_databases()
    {
        var (_, owner) = await CreateManagedAsync();
        var manifest = await backups.BackupAsync(owner);
        await PostgresFixture.ExecuteAsync(owner, "CREATE TABLE novelty ()");

        var refused = await Should.ThrowAsync<SuretyException>(() => backups.RollBackAsync(manifest, owner));

        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        refused.Message.ShouldEndWith("by replace: table auth.users belongs to postgres; nothing was changed");
    }

    [Fact]
    public async Task Whoever_elses_object_would_go_or_hang_is_named_and_nothing_is_changed()
    {
        var (database, owner) = await CreateManagedAsync();
        var manifest = await backups.BackupAsync(owner);
        await PostgresFixture.ExecuteAsync(
            database,
            """
            CREATE TABLE public.alien ();
            CREATE VIEW auth.peek AS SELECT id FROM public.orders;
            CREATE TABLE auth.notes (of int REFERENCES public.orders);
            """
        );
        var before = await DumpText.ReadAsync(database);

        var refused = await Should.ThrowAsync<SuretyException>(() =>
            backups.RollBackAsync(manifest, owner, o => o with { Schemas = new SchemaFilter(["public"], []) })
        );

        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        refused.Message.ShouldContain("table public.alien belongs to postgres");
        refused.Message.ShouldContain("view auth.peek depends on what would be dropped, and would stay");
        refused.Message.ShouldContain(
            "constraint notes_of_fkey on table auth.notes depends on what would be dropped, and would stay"
        );
        (await DumpText.ReadAsync(database)).ShouldBe(before);
    }

    [Fact]
    public async Task One_schema_is_replaced_and_the_others_are_left_alone()
    {
        var (database, owner) = await CreateManagedAsync();
        var manifest = await backups.BackupAsync(owner);
        await PostgresFixture.ExecuteAsync(
            owner,
            "INSERT INTO sales.figures VALUES (now(), 8); INSERT INTO orders (who) VALUES (1)"
        );

        var report = await backups.RollBackAsync(
            manifest,
            owner,
            o => o with { Strategy = RollbackStrategy.Replace, Schemas = new SchemaFilter(["sales"], []) }
        );

        report.RowsInserted.ShouldBe(1);
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM sales.figures")).ShouldBe(1);
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM orders")).ShouldBe(11);
        (await backups.FindAsync(report.SafetyBackup!.Value)).Figures.Tables.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_in_the_middle_leaves_everything_as_it_was()
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            "CREATE TABLE novelty AS SELECT 1 AS one; SELECT lo_from_bytea(0, 'a large object')"
        );
        var before = await DumpText.ReadAsync(database);
        // A receipt that no rows can give: everything is dropped and made again by the time it is found out.
        var untrue = await backups.ChangeAsync(
            manifest,
            c =>
                c with
                {
                    Tables =
                    [
                        .. c.Tables.Select(t => t with { Receipt = t.Receipt with { Rows = t.Receipt.Rows + 1 } }),
                    ],
                }
        );

        var failed = await Should.ThrowAsync<SuretyException>(() => ReplaceAsync(untrue, database));

        failed.Code.ShouldBe(ErrorCode.RestoreIncomplete);
        failed.Message.ShouldEndWith($"database \"{database.Database}\" is as it was");
        (await DumpText.ReadAsync(database)).ShouldBe(before);
    }

    [Fact]
    public async Task Single_tables_are_not_for_replace()
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(database);

        var refused = await Should.ThrowAsync<SuretyException>(() =>
            backups.RollBackAsync(
                manifest,
                database,
                o => o with { Strategy = RollbackStrategy.Replace, Tables = ["orders"] }
            )
        );

        refused.Message.ShouldContain("replace cannot be limited to tables, only to schemas; rewind can");
    }

    private Task<RollbackReport> ReplaceAsync(Repository.Manifests.Manifest manifest, ConnectionTarget database) =>
        backups.RollBackAsync(manifest, database, o => o with { Strategy = RollbackStrategy.Replace });

    /// <summary>A database of a role that may create none, as the server's owner and as that role.</summary>
    private async Task<(ConnectionTarget Server, ConnectionTarget Owner)> CreateManagedAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var owner = database with { User = $"{database.Database}_owner" };
        await PostgresFixture.ExecuteAsync(
            database,
            $"CREATE ROLE {owner.User} LOGIN; ALTER DATABASE {database.Database} OWNER TO {owner.User}; {Managed}"
        );
        await PostgresFixture.ExecuteAsync(owner, Own);
        return (database, owner);
    }
}
