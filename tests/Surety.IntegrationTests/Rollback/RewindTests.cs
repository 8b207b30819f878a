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
    /// <summary>Keys in a cycle, a cascade, triggers of every state, a rule, partitions, duplicates, a view with rows.</summary>
    private const string Everything = """
        CREATE TABLE plain (a integer, b text);
        INSERT INTO plain SELECT g % 10, 'x' || g % 10 FROM generate_series(1, 300) g;
        CREATE TABLE bare ();
        INSERT INTO bare SELECT FROM generate_series(1, 5);
        CREATE TABLE cash (amount money, kind regtype, PRIMARY KEY (kind, amount));
        INSERT INTO cash SELECT g::money, 'text'::regtype FROM generate_series(1, 50) g;
        CREATE TABLE customer (id bigserial PRIMARY KEY, name text, upper text GENERATED ALWAYS AS (upper(name)) STORED,
                               favourite integer);
        INSERT INTO customer (name) SELECT 'c' || g FROM generate_series(1, 200) g;
        CREATE TABLE purchase (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                               customer bigint REFERENCES customer ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
                               amount numeric);
        INSERT INTO purchase (customer, amount) SELECT 1 + g % 200, g / 7.0 FROM generate_series(1, 600) g;
        SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE customer ADD CONSTRAINT favourite FOREIGN KEY (favourite) REFERENCES purchase NOT VALID;
        COMMENT ON CONSTRAINT favourite ON customer IS 'a cycle';
        UPDATE customer SET favourite = id WHERE id < 10;
        CREATE TABLE log (at timestamptz DEFAULT clock_timestamp(), what text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
            $$BEGIN INSERT INTO public.log (what) VALUES (tg_op || tg_name); RETURN NULL; END$$;
        CREATE TRIGGER usual AFTER INSERT OR DELETE OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION note();
        CREATE TRIGGER always AFTER INSERT OR DELETE ON purchase FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE purchase ENABLE ALWAYS TRIGGER always;
        CREATE TRIGGER replica AFTER INSERT OR DELETE ON plain FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE plain ENABLE REPLICA TRIGGER replica;
        CREATE TRIGGER never AFTER INSERT OR DELETE ON plain FOR EACH ROW EXECUTE FUNCTION note();
        ALTER TABLE plain DISABLE TRIGGER never;
        CREATE TABLE kept (id integer PRIMARY KEY);
        INSERT INTO kept VALUES (1), (2);
        CREATE RULE keep AS ON DELETE TO kept DO INSTEAD NOTHING;
        CREATE TABLE part (k integer PRIMARY KEY, v text) PARTITION BY RANGE (k);
        CREATE TABLE part_low PARTITION OF part FOR VALUES FROM (0) TO (100);
        CREATE TABLE part_high PARTITION OF part FOR VALUES FROM (100) TO (200);
        CREATE TRIGGER cloned AFTER INSERT OR DELETE ON part FOR EACH ROW EXECUTE FUNCTION note();
        INSERT INTO part SELECT g, 'p' || g FROM generate_series(0, 199) g;
        CREATE TABLE heir (extra text) INHERITS (plain);
        INSERT INTO heir VALUES (1, 'x1', 'y'), (1, 'x1', 'y');
        CREATE UNLOGGED TABLE fleeting AS SELECT 1 AS one;
        CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM purchase;
        TRUNCATE log;
        """;

    private const string Damage = """
        DELETE FROM plain WHERE ctid IN (SELECT ctid FROM plain WHERE a = 3 LIMIT 7);
        INSERT INTO plain SELECT 5, 'x5' FROM generate_series(1, 4);
        DELETE FROM heir WHERE ctid = (SELECT min(ctid) FROM heir);
        INSERT INTO bare SELECT FROM generate_series(1, 2);
        UPDATE cash SET amount = amount + 0.5::money WHERE amount < 5::money;
        UPDATE customer SET name = 'evil' WHERE id % 50 = 0;
        DELETE FROM customer WHERE id IN (17, 18);
        INSERT INTO customer (name, favourite) VALUES ('new', 4);
        DELETE FROM purchase WHERE id % 100 = 90;
        TRUNCATE fleeting;
        INSERT INTO kept VALUES (3);
        UPDATE part SET k = k + 100 WHERE k < 10 AND NOT EXISTS (SELECT FROM part p WHERE p.k = part.k + 100);
        DELETE FROM part WHERE k = 150;
        UPDATE part SET v = 'z' WHERE k = 151;
        REFRESH MATERIALIZED VIEW counted;
        """;

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
        var (database, manifest) = await BackedUpAsync(Everything);
        var before = await TriggersAsync(database);
        await PostgresFixture.ExecuteAsync(database, Damage);

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
        await PostgresFixture.ExecuteAsync(owner, Everything);
        var manifest = await backups.BackupAsync(owner);
        var before = await TriggersAsync(database);
        await PostgresFixture.ExecuteAsync(owner, Damage);

        var report = await backups.RollBackAsync(manifest, owner);

        report.Strategy.ShouldBe(RollbackStrategy.Rewind);
        (await backups.ValidateAsync(manifest, owner)).ShouldBeExact();
        (await TriggersAsync(database)).ShouldBe(before);
        (await PostgresFixture.ScalarAsync<string>(database, KeysSql)).ShouldContain("favourite f a cycle");
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
        refused.Message.ShouldContain("definitions of the schema changed");
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
    private async Task<(ConnectionTarget Database, ConnectionTarget Owner)> OwnedAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        var role = $"owner_of_{database.Database}";
        await PostgresFixture.ExecuteAsync(
            database,
            $"CREATE ROLE {role} LOGIN; ALTER SCHEMA public OWNER TO {role}; GRANT ALL ON DATABASE {database.Database} TO {role}"
        );
        return (database, database with { User = role });
    }
}
