using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Testing;

namespace Surety.IntegrationTests.RoundTrip;

public sealed class FailedRestoreTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_restore_that_fails_at_its_very_end_leaves_nothing_though_a_subscription_holds_its_database()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            source,
            """
            CREATE TABLE t AS SELECT 1 AS id;
            CREATE SUBSCRIPTION held CONNECTION 'host=/nowhere dbname=none' PUBLICATION other
                WITH (connect = false, slot_name = 'elsewhere');
            """
        );
        var manifest = await backups.BackupAsync(source);
        await PostgresFixture.ExecuteAsync(source, "ALTER SUBSCRIPTION held SET (slot_name = NONE)");
        await PostgresFixture.ExecuteAsync(source, "DROP SUBSCRIPTION held");
        // No server accepts this one, and settings come last.
        var impossible = await backups.ChangeAsync(
            manifest,
            contents =>
                contents with
                {
                    Database = contents.Database with { Settings = [new SettingEntry(null, "work_mem", "no number")] },
                }
        );
        var target = await postgres.NameDatabaseAsync();

        var failure = await Should.ThrowAsync<SuretyException>(() => backups.RestoreAsync(impossible, target));

        failure.Message.ShouldContain("work_mem");
        failure.Message.ShouldEndWith($"database \"{target.Database}\" was not created");
        // Others restore on this server too; the subscription tells whose database is left. It is in a shared catalog.
        const string left = "SELECT count(*) FROM pg_subscription WHERE subname = 'held'";
        (await PostgresFixture.ScalarAsync<long>(source, left)).ShouldBe(0);
        const string named = "SELECT count(*) FROM pg_database WHERE datname = '{0}'";
        var exists = named.Replace("{0}", target.Database, StringComparison.Ordinal);
        (await PostgresFixture.ScalarAsync<long>(source, exists)).ShouldBe(0);
    }

    [Fact]
    public async Task An_empty_database_is_filled_in_place_and_a_full_one_is_refused()
    {
        using var backups = new BackupFolder();
        var source = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            source,
            """
            CREATE TABLE log (message text);
            CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO public.log VALUES (TG_TAG); END';
            CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM log;
            CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note();
            CREATE EVENT TRIGGER dropped ON sql_drop EXECUTE FUNCTION note();
            """
        );
        var target = await postgres.CreateDatabaseAsync();

        var manifest = await backups.BackupAsync(source);
        await backups.RestoreAsync(manifest, target);
        var again = await Should.ThrowAsync<SuretyException>(() => backups.RestoreAsync(manifest, target));

        again.Code.ShouldBe(ErrorCode.TargetNotEmpty);
        (await backups.ValidateAsync(manifest, target)).ShouldBeExact();
        const string marks =
            "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND datname = current_database()";
        (await PostgresFixture.ScalarAsync<long>(target, marks)).ShouldBe(0);
    }
}
