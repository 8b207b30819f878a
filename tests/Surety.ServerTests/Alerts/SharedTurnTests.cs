using Surety.Core.Postgres;
using Surety.Server.Alerts;
using Surety.Server.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

public sealed class SharedTurnTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task One_server_tells_and_when_it_ends_the_next()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var one = await StoreAsync(database);
        await using var other = await StoreAsync(database);
        var first = new SharedTurn(one);
        await using var second = new SharedTurn(other);

        (await first.TakeAsync(CancellationToken.None)).ShouldBeTrue();
        (await first.TakeAsync(CancellationToken.None)).ShouldBeTrue();
        (await second.TakeAsync(CancellationToken.None)).ShouldBeFalse();

        await first.DisposeAsync();
        await Eventually.Is(() => second.TakeAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Who_loses_its_connection_loses_its_turn()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var one = await StoreAsync(database);
        await using var other = await StoreAsync(database);
        await using var first = new SharedTurn(one);
        await using var second = new SharedTurn(other);
        await first.TakeAsync(CancellationToken.None);
        // Each has a pool: only what the first one holds is ended.
        await PostgresFixture.ExecuteAsync(
            database.WithDatabase("postgres"),
            $"""
            SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
            WHERE locktype = 'advisory' AND datname = '{database.Database}'
            """
        );

        await Eventually.Is(() => second.TakeAsync(CancellationToken.None));
        (await first.TakeAsync(CancellationToken.None)).ShouldBeFalse();
    }

    private static Task<JobStore> StoreAsync(ConnectionTarget database) =>
        JobStore.OpenAsync(ServerSetup.UrlOf(database), new Dictionary<string, string?>());
}
