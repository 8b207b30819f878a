using Npgsql;
using Surety.Core.Postgres;
using Surety.IntegrationTests.Faults;
using Surety.Testing;

namespace Surety.IntegrationTests.Concurrency;

/// <summary>
/// Money moves between three tables while backups are taken. A backup that read one table earlier than another would
/// have made or lost some.
/// </summary>
public sealed class TransferTests : IClassFixture<PostgresFixture>
{
    private const int Connections = 8;
    private const int AccountsPerTable = 50;
    private const long Total = 3 * AccountsPerTable * 1000;
    private static readonly string[] Tables = ["checking", "savings", "loans"];
    private readonly PostgresFixture postgres;
    private long transfers;

    public TransferTests(PostgresFixture postgres) => this.postgres = postgres;

    [Fact]
    public async Task Every_backup_amid_transfers_holds_all_the_money()
    {
        var chance = FullRun.Chance(nameof(TransferTests));
        var database = await BankAsync();
        using var folder = await new FaultyFolder().InitAsync();
        using var stop = new CancellationTokenSource();
        var seeds = Enumerable.Range(0, Connections).Select(_ => chance.Next()).ToList();
        var workload = Task.WhenAll(seeds.Select(seed => TransferAsync(database, new Random(seed), stop.Token)));
        var ids = new List<string>();
        for (var i = 0; i < FullRun.Of(5, 20); i++)
        {
            var before = Interlocked.Read(ref transfers);
            await Eventually.Is(() => Interlocked.Read(ref transfers) > before || workload.IsCompleted);
            ids.Add((await folder.BackupAsync(database)).Id.ToString());
        }

        await stop.CancelAsync();
        await workload;

        foreach (var id in ids)
        {
            var restored = await postgres.NameDatabaseAsync();
            await folder.RestoreAsync(id, restored);
            (await SumAsync(restored)).ShouldBe(Total, id);
            await PostgresFixture.ExecuteAsync(database, $"DROP DATABASE {restored.Database}");
        }
    }

    private async Task<ConnectionTarget> BankAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        foreach (var table in Tables)
        {
            await PostgresFixture.ExecuteAsync(
                database,
                $"""
                CREATE TABLE {table} (id int PRIMARY KEY, balance bigint NOT NULL);
                INSERT INTO {table} SELECT i, 1000 FROM generate_series(1, {AccountsPerTable}) i
                """
            );
        }

        return database;
    }

    private async Task TransferAsync(ConnectionTarget database, Random chance, CancellationToken stop)
    {
        await using var connection = await PostgresFixture.OpenAsync(database);
        while (!stop.IsCancellationRequested)
        {
            var amount = chance.Next(1, 100);
            var sql = $"""
                BEGIN;
                UPDATE {Any(chance)} SET balance = balance - {amount} WHERE id = {AnyAccount(chance)};
                UPDATE {Any(chance)} SET balance = balance + {amount} WHERE id = {AnyAccount(chance)};
                COMMIT;
                """;
            await using var command = new NpgsqlCommand(sql, connection);
            try
            {
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                Interlocked.Increment(ref transfers);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
                await rollback.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }
    }

    private static string Any(Random chance) => Tables[chance.Next(Tables.Length)];

    private static int AnyAccount(Random chance) => chance.Next(1, AccountsPerTable + 1);

    private static Task<long> SumAsync(ConnectionTarget database) =>
        PostgresFixture.ScalarAsync<long>(
            database,
            $"SELECT sum(balance)::bigint FROM ({string.Join(" UNION ALL ", Tables.Select(t => $"TABLE {t}"))}) all_of_them"
        );
}
