using Npgsql;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Rollback;
using Surety.IntegrationTests.Compare;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>A rollback that changes the rows that differ, in the live database, and nothing else.</summary>
public sealed class RewindTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly BackupFolder backups = new();

    public static TheoryData<string> Samples => [.. SampleDatabase.All.Select(sample => sample.Name)];

    public void Dispose() => backups.Dispose();

    [Theory]
    [InlineData(RollbackProof.Sums, true)]
    [InlineData(RollbackProof.Reread, false)]
    public async Task Rows_of_every_kind_of_table_are_those_of_the_backup_again_and_no_trigger_fires(
        RollbackProof proof,
        bool safety
    )
    {
        var (database, manifest) = await BackedUpAsync(RewindSamples.Everything);
        var before = await TriggersAsync(database);
        await PostgresFixture.ExecuteAsync(database, RewindSamples.Damage);

        RollbackPlan? plan = null;
        var report = await backups.RollBackAsync(
            manifest,
            database,
            o => o with { Proof = proof, SafetyBackup = safety },
            approved => plan = approved
        );

        report.Strategy.ShouldBe(RollbackStrategy.Rewind);
        plan!.Tables.Single(t => t.Name == "public.plain").ShouldBe(new PlannedRows("public.plain", 4, 7));
        (report.RowsDeleted, report.RowsInserted).ShouldBe(
            (plan.Tables.Sum(t => t.RowsToDelete), plan.Tables.Sum(t => t.RowsToInsert!.Value))
        );
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
        (await TriggersAsync(database)).ShouldBe(before);
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT n FROM counted")).ShouldBe(600);
        (report.SafetyBackup is not null).ShouldBe(safety);
    }

    [Fact]
    public async Task An_owner_without_superuser_does_the_same_with_foreign_keys_taken_off_for_a_moment()
    {
        var (database, owner) = await OwnedAsync();
        // Such as an extension's tables: nothing to lock against writers, and nothing to change.
        await PostgresFixture.ExecuteAsync(
            database,
            "CREATE TABLE theirs AS SELECT 1 AS one; GRANT SELECT ON theirs TO PUBLIC"
        );
        await PostgresFixture.ExecuteAsync(owner, RewindSamples.Everything);
        var manifest = await backups.BackupAsync(owner);
        var before = await TriggersAsync(database);
        await PostgresFixture.ExecuteAsync(owner, RewindSamples.Damage);

        var report = await backups.RollBackAsync(manifest, owner);

        report.Strategy.ShouldBe(RollbackStrategy.Rewind);
        (await backups.ValidateAsync(manifest, owner)).ShouldBeExact();
        (await TriggersAsync(database)).ShouldBe(before);
        (await PostgresFixture.ScalarAsync<string>(database, KeysSql)).ShouldContain("favourite f a cycle");
    }

    /// <summary>Names that end a quoted one, keys called as the statements call theirs, and types with operators of their own.</summary>
    [Theory]
    [InlineData("ENCODING 'LATIN1' LOCALE 'C'", true)]
    [InlineData("ENCODING 'UTF8'", false)]
    public async Task Names_and_keys_of_every_kind_are_taken_as_they_are(string options, bool superuser)
    {
        var (database, owner) = await OwnedAsync($"TEMPLATE template0 {options}");
        var role = superuser ? database : owner;
        await PostgresFixture.ExecuteAsync(database, "CREATE EXTENSION citext");
        await PostgresFixture.ExecuteAsync(role, RewindSamples.Odd);
        var manifest = await backups.BackupAsync(role);
        await PostgresFixture.ExecuteAsync(role, RewindSamples.OddDamage);

        var report = await backups.RollBackAsync(manifest, role);

        report.Strategy.ShouldBe(RollbackStrategy.Rewind);
        report.Warnings.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, role)).ShouldBeExact();
    }

    [Fact]
    public async Task What_the_role_may_not_do_is_named_before_anything_is_done()
    {
        var (database, owner) = await OwnedAsync();
        await PostgresFixture.ExecuteAsync(owner, "CREATE TABLE mine AS SELECT 1 AS one");
        await PostgresFixture.ExecuteAsync(
            database,
            $"CREATE TABLE theirs AS SELECT 1 AS one; GRANT ALL ON theirs TO {owner.User}"
        );
        var manifest = await backups.BackupAsync(owner);
        await PostgresFixture.ExecuteAsync(owner, "UPDATE mine SET one = 2; UPDATE theirs SET one = 2");

        var refused = await Should.ThrowAsync<SuretyException>(() => backups.RollBackAsync(manifest, owner));

        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        refused.Message.ShouldContain("does not own public.theirs");
        refused.Message.ShouldContain("nothing was changed");
        (
            await PostgresFixture.ScalarAsync<int>(
                owner,
                "SELECT sum(one)::integer FROM (TABLE mine UNION ALL TABLE theirs) t"
            )
        ).ShouldBe(4);
    }

    [SharedDataTheory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public async Task A_real_database_with_seeded_damage_is_the_backup_again(string name)
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Named(name));
        var manifest = await backups.BackupAsync(database);
        var damage = await RandomDamage.DoAsync(database, seed: 7);

        var report = await backups.RollBackAsync(manifest, database);

        damage.Sum(d => d.Deleted + d.Updated).ShouldBePositive();
        report.Strategy.ShouldBe(RollbackStrategy.Rewind);
        report.RowsInserted.ShouldBe(damage.Sum(d => d.Deleted + d.Updated));
        report.RowsDeleted.ShouldBe(damage.Sum(d => d.Updated + d.Duplicated));
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task Published_tables_whose_rows_nothing_identifies_keep_their_replica_identity()
    {
        var (database, manifest) = await BackedUpAsync(
            """
            CREATE TABLE log (what text);
            CREATE TABLE silent (id integer PRIMARY KEY);
            ALTER TABLE silent REPLICA IDENTITY NOTHING;
            CREATE TABLE part (day date) PARTITION BY RANGE (day);
            CREATE TABLE part_all PARTITION OF part DEFAULT;
            CREATE PUBLICATION news FOR TABLE log, silent, part WITH (publish_via_partition_root);
            """
        );
        await PostgresFixture.ExecuteAsync(
            database,
            "INSERT INTO log VALUES ('new'); INSERT INTO silent VALUES (1); INSERT INTO part VALUES (now())"
        );

        await backups.RollBackAsync(manifest, database, o => o with { Strategy = RollbackStrategy.Rewind });

        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    /// <summary>The failure that such tools are known for: rows that came later stay.</summary>
    [Fact]
    public async Task Nothing_that_came_later_is_left()
    {
        var (database, manifest) = await BackedUpAsync(
            """
            CREATE TABLE business (id serial PRIMARY KEY, name text);
            INSERT INTO business (name) SELECT 'b' || g FROM generate_series(1, 5) g;
            CREATE TABLE review (id serial PRIMARY KEY, business integer REFERENCES business, stars integer);
            CREATE TABLE visit (at timestamptz, business integer);
            """
        );
        await PostgresFixture.ExecuteAsync(
            database,
            """
            INSERT INTO business (name) SELECT 'b' || g FROM generate_series(6, 9) g;
            INSERT INTO review (business, stars) SELECT 1 + g % 9, g % 5 FROM generate_series(1, 100) g;
            INSERT INTO visit SELECT now(), 1 FROM generate_series(1, 50);
            """
        );

        await backups.RollBackAsync(manifest, database);

        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
        (
            await PostgresFixture.ScalarAsync<string>(
                database,
                "SELECT concat((SELECT count(*) FROM business), ' ', (SELECT count(*) FROM review), ' ', (SELECT count(*) FROM visit), ' ', nextval('business_id_seq'))"
            )
        ).ShouldBe("5 0 0 6");
    }

    [Fact]
    public async Task Large_objects_are_those_of_the_backup_again()
    {
        var (database, manifest) = await BackedUpAsync(
            "SELECT lo_from_bytea(4711, 'one'), lo_from_bytea(4712, 'two'); COMMENT ON LARGE OBJECT 4711 IS 'first'"
        );
        await PostgresFixture.ExecuteAsync(
            database,
            "SELECT lo_put(4711, 0, 'ONE'), lo_unlink(4712), lo_from_bytea(4713, 'three')"
        );

        await backups.RollBackAsync(manifest, database);

        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task A_rollback_of_single_tables_leaves_the_others_and_refuses_keys_that_would_dangle()
    {
        var (database, manifest) = await BackedUpAsync(
            """
            CREATE TABLE parent (id integer PRIMARY KEY);
            CREATE TABLE child (parent integer REFERENCES parent);
            CREATE TABLE other AS SELECT 1 AS one;
            """
        );
        await PostgresFixture.ExecuteAsync(
            database,
            "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1); UPDATE other SET one = 2"
        );

        var refused = await Should.ThrowAsync<SuretyException>(() => OnlyAsync("parent"));
        refused.Message.ShouldContain("rows that do not exist");
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM parent")).ShouldBe(1);

        await OnlyAsync("parent", "child");
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM parent")).ShouldBe(0);
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT one FROM other")).ShouldBe(2);

        await PostgresFixture.ExecuteAsync(database, "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)");
        await backups.RollBackAsync(manifest, database, o => o with { Tables = ["parent"], AllowDangling = true });
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT count(*) FROM child")).ShouldBe(1);

        Task OnlyAsync(params string[] tables) =>
            backups.RollBackAsync(manifest, database, o => o with { Tables = tables });
    }

    [Fact]
    public async Task A_changed_schema_is_refused_where_a_rewind_is_asked_for()
    {
        var (database, manifest) = await BackedUpAsync("CREATE TABLE one AS SELECT 1 AS n");
        await PostgresFixture.ExecuteAsync(database, "ALTER TABLE one ADD COLUMN m integer");

        var refused = await Should.ThrowAsync<SuretyException>(() =>
            backups.RollBackAsync(manifest, database, o => o with { Strategy = RollbackStrategy.Rewind })
        );

        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        refused.Message.ShouldContain(" of the schema changed");
    }

    [Fact]
    public async Task Writers_wait_and_lose_nothing()
    {
        var (database, manifest) = await BackedUpAsync(
            "CREATE TABLE visits (n integer); CREATE TABLE bulk AS SELECT g FROM generate_series(1, 50000) g"
        );
        await PostgresFixture.ExecuteAsync(
            database,
            "DELETE FROM bulk WHERE g % 2 = 0; INSERT INTO visits VALUES (-1)"
        );
        await using var connection = await PostgresFixture.OpenAsync(database);
        Task<int>? insert = null;

        // The plan is approved from under the locks.
        var report = await backups.RollBackAsync(
            manifest,
            database,
            approve: _ =>
            {
                insert = new NpgsqlCommand("INSERT INTO visits VALUES (1)", connection).ExecuteNonQueryAsync();
                Thread.Sleep(200);
                insert.IsCompleted.ShouldBeFalse();
            }
        );
        (await insert!).ShouldBe(1);

        report.RowsInserted.ShouldBe(25_000);
        var difference = await backups.DiffAsync(manifest, database);
        difference.Tables.Single(t => t.Status != ComparisonStatus.Exact).Name.ShouldBe("public.visits");
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT n FROM visits")).ShouldBe(1);
    }

    [Fact]
    public async Task A_table_that_another_session_makes_meanwhile_ends_it_with_nothing_changed()
    {
        var (database, manifest) = await BackedUpAsync("CREATE TABLE one AS SELECT 1 AS n");
        await PostgresFixture.ExecuteAsync(database, "UPDATE one SET n = 2");

        var failed = await Should.ThrowAsync<SuretyException>(() =>
            backups.RollBackAsync(
                manifest,
                database,
                approve: _ => PostgresFixture.ExecuteAsync(database, "CREATE TABLE novelty ()").GetAwaiter().GetResult()
            )
        );

        failed.Code.ShouldBe(ErrorCode.SchemaChanging);
        failed.Message.ShouldContain("public.novelty");
        failed.Message.ShouldContain("is as it was");
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT n FROM one")).ShouldBe(2);
    }

    [Fact]
    public async Task A_table_that_came_while_a_person_read_the_plan_is_not_overlooked()
    {
        var (database, manifest) = await BackedUpAsync("CREATE TABLE one AS SELECT 1 AS n");
        await PostgresFixture.ExecuteAsync(database, "UPDATE one SET n = 2");

        var refused = await Should.ThrowAsync<SuretyException>(() =>
            backups.RollBackAsync(
                manifest,
                database,
                approve: _ =>
                    PostgresFixture.ExecuteAsync(database, "CREATE TABLE novelty ()").GetAwaiter().GetResult(),
                waitsForPerson: true
            )
        );

        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        refused.Message.ShouldContain("public.novelty is there, and not in the backup");
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT n FROM one")).ShouldBe(2);
    }

    /// <summary>Its age does not tell what a materialized view reads, and one that fails is not worth the tables.</summary>
    [Fact]
    public async Task Materialized_views_are_refreshed_after_those_they_read_and_a_failing_one_is_named()
    {
        var (database, manifest) = await BackedUpAsync(
            """
            CREATE TABLE one (n integer PRIMARY KEY);
            INSERT INTO one VALUES (1), (2);
            CREATE VIEW between_them AS SELECT 0::bigint AS n;
            CREATE MATERIALIZED VIEW older AS TABLE between_them;
            CREATE MATERIALIZED VIEW newer AS SELECT count(*) AS n FROM one;
            CREATE OR REPLACE VIEW between_them AS TABLE newer;
            REFRESH MATERIALIZED VIEW older;
            CREATE MATERIALIZED VIEW failing AS SELECT 1 / current_setting('surety.divisor', true)::integer AS n;
            """
        );
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            DELETE FROM one;
            REFRESH MATERIALIZED VIEW newer;
            REFRESH MATERIALIZED VIEW older;
            ALTER DATABASE {database.Database} SET surety.divisor = 0;
            """
        );

        var report = await backups.RollBackAsync(manifest, database);

        report.Warnings.ShouldHaveSingleItem().ShouldContain("view public.failing was not refreshed: ");
        (await PostgresFixture.ScalarAsync<long>(database, "SELECT n FROM older")).ShouldBe(2);
    }

    [Theory]
    [InlineData("noted")]
    [InlineData("one")]
    public async Task What_an_event_trigger_writes_meanwhile_is_noticed(string into)
    {
        var (database, owner) = await OwnedAsync();
        await PostgresFixture.ExecuteAsync(
            owner,
            """
            CREATE TABLE one (n integer PRIMARY KEY);
            INSERT INTO one SELECT generate_series(1, 5);
            CREATE TABLE noted (n integer);
            """
        );
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS
                $$BEGIN INSERT INTO public.{into} VALUES (1000 + (random() * 1e9)::integer); END$$;
            CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION note();
            """
        );
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(owner, "UPDATE one SET n = -n WHERE n < 3");

        var failed = await Should.ThrowAsync<SuretyException>(() => backups.RollBackAsync(manifest, owner));

        failed.Message.ShouldContain($"wrote to public.{into}");
        failed.Message.ShouldContain("is as it was");
        (await PostgresFixture.ScalarAsync<int>(database, "SELECT min(n) FROM one")).ShouldBe(-2);
    }

    private const string KeysSql = """
        SELECT string_agg(concat_ws(' ', conname, convalidated, obj_description(oid, 'pg_constraint')), ', ' ORDER BY conname)
        FROM pg_constraint WHERE contype = 'f'
        """;

    private static Task<string> TriggersAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<string>(
            database,
            """
            SELECT string_agg(t, ', ' ORDER BY t) FROM (
                SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) AS t FROM pg_trigger WHERE NOT tgisinternal
                UNION ALL SELECT format('%s %s', rulename, ev_enabled) FROM pg_rewrite WHERE ev_type = '4'
            ) all_states
            """
        );

    private async Task<(ConnectionTarget Database, Manifest Manifest)> BackedUpAsync(string sql)
    {
        var database = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(database, sql);
        return (database, await backups.BackupAsync(database));
    }

    /// <summary>A database, and the same as the role sees it that owns its schema and may create nothing else.</summary>
    private async Task<(ConnectionTarget Database, ConnectionTarget Owner)> OwnedAsync(
        string options = "TEMPLATE template0"
    )
    {
        var database = await postgres.CreateDatabaseAsync(options);
        var role = $"owner_of_{database.Database}";
        await PostgresFixture.ExecuteAsync(
            database,
            $"CREATE ROLE {role} LOGIN; ALTER SCHEMA public OWNER TO {role}; GRANT ALL ON DATABASE {database.Database} TO {role}"
        );
        return (database, database with { User = role });
    }
}
