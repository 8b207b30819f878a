using Surety.Core.Postgres;
using Surety.IntegrationTests.RoundTrip;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Versions;

/// <summary>Client tools of another version than the server: too old for it, or newer than it knows.</summary>
public sealed class ClientToolTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [MatrixTheory]
    [InlineData(18, 15)]
    [InlineData(18, 17)]
    [InlineData(17, 15)]
    public async Task A_pg_dump_older_than_the_server_is_refused_with_what_to_install(int server, int client)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(client));
        var tools = await PostgresVersions.ToolsAsync(client);
        var database = await postgres.CreateDatabaseAsync(major: server);

        var refusal = await Should.ThrowAsync<SuretyException>(() => backups.BackupAsync(database));

        refusal.Code.ShouldBe(ErrorCode.ToolMissing);
        refusal.Message.ShouldBe(
            $"no pg_dump that can read a PostgreSQL {server} server is installed; "
                + $"found: {tools.Version} (client and server) in {tools.Folder}; nothing was changed"
        );
        refusal.Hint.ShouldNotBeNull().ShouldContain($"{server}");
        refusal.Hint.ShouldContain("SURETY_PG_BIN");
    }

    [MatrixFact]
    public async Task An_archive_of_a_newer_pg_dump_is_not_given_to_an_older_pg_restore()
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(18));
        var manifest = await backups.BackupAsync(await postgres.CreateDatabaseAsync(SampleDatabase.Shop, 15));
        backups.Tools = await PostgresVersions.OnlyAsync(15);

        var restored = await postgres.NameDatabaseAsync(major: 15);
        var refusal = await Should.ThrowAsync<SuretyException>(() => backups.RestoreAsync(manifest, restored));

        refusal.Code.ShouldBe(ErrorCode.ToolMissing);
        refusal.Message.ShouldStartWith(
            "no pg_restore that can read what pg_dump 18 has written is installed; found: 15."
        );
    }

    /// <summary>pg_restore 17 and 18 set transaction_timeout, which 15 does not know: that alone is forgiven.</summary>
    [MatrixTheory]
    [InlineData(17, 1)]
    [InlineData(17, 4)]
    [InlineData(18, 1)]
    [InlineData(18, 4)]
    public async Task A_setting_that_the_server_does_not_know_hides_no_failure(int client, int jobs)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(client));
        var original = await postgres.CreateDatabaseAsync(major: 15);
        // The cast works while search_path finds it, as it does not in a restore: pg_restore fails on the index alone.
        await PostgresFixture.ExecuteAsync(
            original,
            """
            CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN helper($1); END';
            CREATE FUNCTION helper(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
            CREATE TABLE number (i int PRIMARY KEY);
            INSERT INTO number SELECT generate_series(1, 10);
            CREATE INDEX doubled ON number (twice(i));
            CREATE INDEX plain ON number (i);
            """
        );
        var manifest = await backups.BackupAsync(original);
        var restored = await postgres.NameDatabaseAsync(major: 15);

        var failure = await Should.ThrowAsync<SuretyException>(() =>
            backups.RestoreAsync(manifest, restored, o => o with { Jobs = jobs })
        );

        failure.Code.ShouldBe(ErrorCode.ToolFailed);
        failure.Message.ShouldContain("function helper(integer) does not exist");
    }

    [MatrixTheory]
    [InlineData(17, 1)]
    [InlineData(17, 4)]
    [InlineData(18, 1)]
    [InlineData(18, 4)]
    public async Task An_empty_database_and_a_full_one_come_back_to_an_older_server(int client, int jobs)
    {
        using var backups = new BackupFolder(await PostgresVersions.OnlyAsync(client));
        foreach (
            var original in (ConnectionTarget[])
                [
                    await postgres.CreateDatabaseAsync(major: 15),
                    await postgres.CreateDatabaseAsync(SampleDatabase.Shop, 15),
                ]
        )
        {
            var restored = await postgres.NameDatabaseAsync(major: 15);

            var manifest = await backups.BackupAsync(original);
            var report = await backups.RestoreAsync(manifest, restored, o => o with { Jobs = jobs });

            report.Warnings.ShouldBeEmpty();
            (await backups.ValidateAsync(manifest, restored)).ShouldBeExact();
        }
    }
}
