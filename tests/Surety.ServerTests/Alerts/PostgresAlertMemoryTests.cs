using Npgsql;
using Surety.Core.Postgres;
using Surety.Server.Alerts;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

public sealed class PostgresAlertMemoryTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task One_server_tells_and_the_next_goes_on_where_it_ended()
    {
        var store = await postgres.CreateDatabaseAsync();
        var first = Memory(store);
        await using var second = Memory(store);

        (await first.HasTurnAsync(CancellationToken.None)).ShouldBeTrue();
        (await first.HasTurnAsync(CancellationToken.None)).ShouldBeTrue();
        (await second.HasTurnAsync(CancellationToken.None)).ShouldBeFalse();
        (await first.LoadAsync(CancellationToken.None)).Open.ShouldBeEmpty();

        var alert = Notices.Opened("shop").Alert;
        var book = AlertBook.Empty with { Open = new Dictionary<string, Alert> { [alert.Key] = alert } };
        await first.SaveAsync(AlertBook.Empty, CancellationToken.None);
        await first.SaveAsync(book, CancellationToken.None);
        await first.DisposeAsync();

        await Eventually.Is(() => second.HasTurnAsync(CancellationToken.None));
        (await second.LoadAsync(CancellationToken.None)).ToJson().ShouldBe(book.ToJson());
    }

    [Fact]
    public async Task Who_loses_its_connection_loses_its_turn()
    {
        var store = await postgres.CreateDatabaseAsync();
        await using var first = Memory(store);
        await using var second = Memory(store);
        await first.HasTurnAsync(CancellationToken.None);

        await PostgresFixture.ExecuteAsync(
            store.WithDatabase("postgres"),
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{store.Database}'"
        );

        await Eventually.Is(() => second.HasTurnAsync(CancellationToken.None));
        (await first.HasTurnAsync(CancellationToken.None)).ShouldBeFalse();
    }

    private static PostgresAlertMemory Memory(ConnectionTarget store) =>
        new(NpgsqlDataSource.Create(store.ToNpgsql("surety alerts").ConnectionString));
}
