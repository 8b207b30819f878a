using Npgsql;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Faults;
using Surety.Repository.Errors;
using Surety.Testing;

namespace Surety.IntegrationTests.Concurrency;

/// <summary>A session changes the schema at random, as a careful migration does, while backups are taken.</summary>
public sealed class SchemaStormTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string[] Schemas = ["a", "b", "c"];

    [Fact]
    public async Task Every_backup_amid_a_storm_of_changes_is_one_instant_or_a_clear_error()
    {
        var chance = FullRun.Chance(nameof(SchemaStormTests));
        var database = await postgres.CreateDatabaseAsync();
        foreach (var schema in Schemas)
        {
            await PostgresFixture.ExecuteAsync(database, ControlledTables.Create(schema, 2));
        }

        using var folder = await new FaultyFolder().InitAsync();
        using var stop = new CancellationTokenSource();
        var storm = StormAsync(database, new Random(chance.Next()), stop.Token);
        var kept = 0;
        for (var i = 0; i < FullRun.Of(6, 60); i++)
        {
            kept += await BackupAsync(folder, database) ? 1 : 0;
        }

        await stop.CancelAsync();
        (await storm).ShouldBeGreaterThan(0, "the storm changed nothing");
        kept.ShouldBeGreaterThan(0, "no backup got through");
        (await folder.VerifyAsync()).Damaged.ShouldBeEmpty();
        foreach (var manifest in FullRun.Of([.. await folder.ListAsync()], 1))
        {
            await folder.RestoreAsync(manifest.Id.ToString(), await postgres.NameDatabaseAsync());
        }
    }

    private static async Task<bool> BackupAsync(FaultyFolder folder, ConnectionTarget database)
    {
        try
        {
            var manifest = await folder.BackupAsync(database);
            await ControlledTables.ShouldBeOneInstantAsync(folder, manifest, "in the storm");
            return true;
        }
        catch (SuretyException e) when (e.Code is ErrorCode.SchemaChanging or ErrorCode.LockTimeout)
        {
            return false;
        }
    }

    /// <summary>Returns how many changes there were.</summary>
    private static async Task<int> StormAsync(ConnectionTarget database, Random chance, CancellationToken stop)
    {
        await using var connection = await PostgresFixture.OpenAsync(database);
        // A migration that waits holds up everybody behind it, so it should not wait for long.
        await RunAsync(connection, "SET lock_timeout = '200ms'");
        var changes = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await RunAsync(connection, AnyChange(chance));
                changes++;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await RunAsync(connection, "ROLLBACK");
            }

            await Task.Delay(chance.Next(100), CancellationToken.None);
        }

        return changes;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string AnyChange(Random chance)
    {
        var schema = Schemas[chance.Next(Schemas.Length)];
        var other = Schemas[chance.Next(Schemas.Length)];
        var units = chance.Next(1, 4);
        return chance.Next(7) switch
        {
            0 => $"BEGIN; TRUNCATE {schema}.t, {schema}.control; {ControlledTables.Fill(schema, units)} COMMIT",
            1 => $"BEGIN; ALTER TABLE {schema}.t ALTER id TYPE {(units == 1 ? "bigint" : "int")}; COMMIT",
            2 => $"VACUUM FULL {schema}.t",
            3 => $"BEGIN; DROP SCHEMA {schema} CASCADE; {ControlledTables.Create(schema, units)} COMMIT",
            4 when schema != other =>
                $"BEGIN; ALTER SCHEMA {schema} RENAME TO x; ALTER SCHEMA {other} RENAME TO {schema}; ALTER SCHEMA x RENAME TO {other}; COMMIT",
            5 =>
                $"BEGIN; ALTER TABLE {schema}.t DROP COLUMN spare; ALTER TABLE {schema}.t ADD spare int DEFAULT {units}; COMMIT",
            _ =>
                $"BEGIN; DELETE FROM {schema}.t; DELETE FROM {schema}.control; {ControlledTables.Fill(schema, units)} COMMIT",
        };
    }
}
