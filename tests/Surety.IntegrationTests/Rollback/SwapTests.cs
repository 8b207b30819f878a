using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Rollback;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Rollback;

/// <summary>A rollback by a copy that takes the database's name.</summary>
public sealed class SwapTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly BackupFolder backups = new();

    public void Dispose() => backups.Dispose();

    [SharedDataFact]
    public async Task A_database_whose_schema_changed_in_every_way_is_the_backup_again()
    {
        var database = await CreateAsync(SampleDatabase.Named("pagila"));
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            """
            ALTER TABLE film DROP COLUMN length CASCADE;
            ALTER TABLE customer ALTER COLUMN active TYPE text;
            DROP TABLE inventory CASCADE;
            CREATE TABLE novelty AS SELECT 1 AS one;
            ALTER TABLE city RENAME TO town;
            ALTER TYPE mpaa_rating ADD VALUE 'X';
            DELETE FROM payment WHERE payment_id % 7 = 0;
            SELECT setval('actor_actor_id_seq', 12345);
            """
        );

        RollbackPlan? approved = null;
        var report = await RollBackAsync(manifest, database, approve: plan => approved = plan);

        report.Strategy.ShouldBe(RollbackStrategy.Swap);
        approved!.Why.ShouldContain(" of the schema changed");
        approved.SchemaChanges.Select(c => c.Definition).ShouldContain("TABLE public.novelty");
        report.RowsInserted.ShouldBe(manifest.Figures.Rows);
        report.Warnings.ShouldBeEmpty();
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
        (await backups.ValidateAsync(await SafetyAsync(report), Kept(database, report))).ShouldBeExact();
        (await backups.VerifyAsync()).Damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rollback_can_be_rolled_back()
    {
        var database = await CreateAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE novelty AS SELECT 1 AS one");
        var report = await RollBackAsync(manifest, database);
        var safety = await SafetyAsync(report);

        await RollBackAsync(safety, database, o => o with { SafetyBackup = false });

        (await backups.ValidateAsync(safety, database)).ShouldBeExact();
    }

    [Fact]
    public async Task What_belongs_to_the_database_itself_is_carried_over_as_it_is_now()
    {
        var database = await CreateAsync(SampleDatabase.Shop);
        var name = database.Database;
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            CREATE ROLE "{name} owner"; CREATE ROLE "{name} guest";
            ALTER DATABASE {name} OWNER TO "{name} owner";
            ALTER DATABASE {name} SET work_mem = '7MB';
            ALTER DATABASE {name} SET search_path = "$user", public, "a ""b"", c";
            ALTER ROLE "{name} guest" IN DATABASE {name} SET statement_timeout = '3s';
            COMMENT ON DATABASE {name} IS 'it''s ours';
            ALTER DATABASE {name} CONNECTION LIMIT 77;
            REVOKE CONNECT ON DATABASE {name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {name} TO "{name} guest" WITH GRANT OPTION;
            CREATE TABLE novelty ();
            """
        );
        var before = await PropertiesAsync(database);

        var report = await RollBackAsync(manifest, database);

        var after = await PropertiesAsync(database);
        var kept = await PropertiesAsync(Kept(database, report));
        await PostgresFixture.ExecuteAsync(
            database,
            $"""
            ALTER DATABASE {name} OWNER TO CURRENT_USER; ALTER DATABASE "{report.KeptDatabase}" OWNER TO CURRENT_USER;
            REVOKE ALL ON DATABASE {name}, "{report.KeptDatabase}" FROM "{name} guest";
            DROP ROLE "{name} owner"; DROP ROLE "{name} guest";
            """
        );
        after.ShouldBe(before);
        kept.ShouldBe(before);
        before.ShouldContain("7MB");
    }

    [Fact]
    public async Task What_is_written_after_the_safety_backup_is_kept_and_named()
    {
        var database = await CreateAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(database, "CREATE TABLE visits (number int)");
        var visitor = VisitAsync(database);

        var report = await RollBackAsync(manifest, database);

        var visits = await visitor;
        var kept = Kept(database, report);
        // The last one's commit may have been cut off before its answer came.
        (await PostgresFixture.ScalarAsync<long>(kept, "SELECT count(*) FROM visits")).ShouldBeInRange(
            visits,
            visits + 1
        );
        report.Warnings.ShouldHaveSingleItem().ShouldStartWith("public.visits was changed (");
        report.Warnings[0].ShouldEndWith($"that is in database {report.KeptDatabase} only");
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task Replication_and_prepared_transactions_forbid_it_by_name()
    {
        var database = await CreateAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(database);
        await PostgresFixture.ExecuteAsync(
            database,
            "SELECT pg_create_logical_replication_slot('swap_forbidden', 'pgoutput')"
        );
        await PostgresFixture.ExecuteAsync(
            database,
            "BEGIN; CREATE TABLE prepared_one (); PREPARE TRANSACTION 'swap forbidden'"
        );

        var refusal = await RefusalAsync(manifest, database, leave: true);
        await PostgresFixture.ExecuteAsync(database, "COMMIT PREPARED 'swap forbidden'");
        var second = await RefusalAsync(manifest, database, leave: false);
        var report = await RollBackAsync(
            manifest,
            database,
            o => o with { Strategy = RollbackStrategy.Swap, LeaveReplication = true }
        );
        var slot = await PostgresFixture.ScalarAsync<string>(
            database,
            "SELECT database::text FROM pg_replication_slots WHERE slot_name = 'swap_forbidden'"
        );
        await PostgresFixture.ExecuteAsync(database, "SELECT pg_drop_replication_slot('swap_forbidden')");

        refusal.ShouldContain("transaction \"swap forbidden\" of postgres is prepared; nothing was changed");
        second.ShouldContain("replication slot swap_forbidden is on it; nothing was changed");
        slot.ShouldBe(report.KeptDatabase);
        (await backups.ValidateAsync(manifest, database)).ShouldBeExact();
    }

    [Fact]
    public async Task A_backup_of_some_schemas_is_never_put_in_the_place_of_a_whole_database()
    {
        var database = await CreateAsync(SampleDatabase.Shop);
        var manifest = await backups.BackupAsync(
            database,
            o => o with { Snapshot = o.Snapshot with { Schemas = new([], ["audit"]) } }
        );

        var refusal = await RefusalAsync(manifest, database, leave: true);

        refusal.ShouldContain("the backup holds some schemas only; nothing was changed");
    }

    private async Task<string> RefusalAsync(
        Repository.Manifests.Manifest manifest,
        ConnectionTarget database,
        bool leave
    )
    {
        var refused = await Should.ThrowAsync<SuretyException>(() =>
            RollBackAsync(
                manifest,
                database,
                o => o with { Strategy = RollbackStrategy.Swap, LeaveReplication = leave },
                _ => throw new InvalidOperationException("nobody is asked about what cannot be done")
            )
        );
        refused.Code.ShouldBe(ErrorCode.RollbackRefused);
        return refused.Message;
    }

    /// <summary>Rolls back, and sees to it that the database that is put aside goes with the others.</summary>
    private async Task<RollbackReport> RollBackAsync(
        Repository.Manifests.Manifest manifest,
        ConnectionTarget database,
        Func<RollbackOptions, RollbackOptions>? change = null,
        Action<RollbackPlan>? approve = null
    )
    {
        var report = await backups.RollBackAsync(manifest, database, change, approve);
        await postgres.NameDatabaseAsync(report.KeptDatabase);
        return report;
    }

    private async Task<ConnectionTarget> CreateAsync(SampleDatabase sample) =>
        await postgres.CreateDatabaseAsync(sample);

    private Task<Repository.Manifests.Manifest> SafetyAsync(RollbackReport report) =>
        backups.FindAsync(report.SafetyBackup!.Value);

    private static ConnectionTarget Kept(ConnectionTarget database, RollbackReport report) =>
        database.WithDatabase(report.KeptDatabase!);

    /// <summary>Inserts until its session is ended; returns how many inserts were confirmed.</summary>
    private static async Task<long> VisitAsync(ConnectionTarget database)
    {
        await using var connection = await PostgresFixture.OpenAsync(database);
        for (var visits = 0L; ; visits++)
        {
            try
            {
                await using var insert = new NpgsqlCommand("INSERT INTO visits VALUES (1)", connection);
                await insert.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                return visits;
            }
        }
    }

    private static Task<string> PropertiesAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<string>(
            database,
            """
            SELECT concat_ws(' | ', pg_get_userbyid(datdba), encoding, datcollate, datctype, datconnlimit, dattablespace,
                             datacl::text, shobj_description(oid, 'pg_database'), datallowconn,
                             (SELECT string_agg(setrole::regrole::text || value, ' ' ORDER BY setrole, value)
                              FROM pg_db_role_setting, unnest(setconfig) value WHERE setdatabase = d.oid))
            FROM pg_database d WHERE datname = current_database()
            """
        );
}
