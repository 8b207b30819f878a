using Surety.Server.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Runs;

public sealed class PostgresRunStoreTests(PostgresFixture postgres)
    : RunStoreContract,
        IClassFixture<PostgresFixture>,
        IAsyncDisposable
{
    private JobStore? store;

    protected override async Task<IRunStore> OpenAsync()
    {
        var address = ServerSetup.UrlOf(await postgres.CreateDatabaseAsync());
        store = await JobStore.OpenAsync(address, new Dictionary<string, string?>());
        return new PostgresRunStore(store);
    }

    [Fact]
    public async Task Servers_that_start_at_once_make_the_tables_once()
    {
        var address = ServerSetup.UrlOf(await postgres.CreateDatabaseAsync());
        var opened = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => JobStore.OpenAsync(address, new Dictionary<string, string?>()))
        );
        foreach (var one in opened)
        {
            (await new PostgresRunStore(one).ListAsync(new RunFilter(), default)).ShouldBeEmpty();
            await one.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }
    }
}
