using Surety.Core.Postgres;
using Surety.Server.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Runs;

public sealed class PostgresRunStoreTests(PostgresFixture postgres)
    : RunStoreContract,
        IClassFixture<PostgresFixture>,
        IAsyncDisposable
{
    private JobStore? store;
    private ConnectionTarget jobs = null!;

    protected override async Task<IRunStore> OpenAsync()
    {
        jobs = await postgres.CreateDatabaseAsync();
        store = await JobStore.OpenAsync(ServerSetup.UrlOf(jobs), new Dictionary<string, string?>());
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

    [Fact]
    public async Task To_tell_how_far_a_run_is_writes_its_document_no_more()
    {
        var runs = await OpenAsync();
        var run = await runs.AddAsync(New("shop"), default);
        await runs.ChangeAsync(run.Id, Start, default);
        const string document = "SELECT document FROM surety_server.runs";
        var before = await PostgresFixture.ScalarAsync<string>(jobs, document);

        await runs.TellAsync(run.Id, Progress(1), default);
        await runs.ChangeAsync(run.Id, now => now with { Revision = 0 }, default);

        (await runs.FindAsync(run.Id, default))!.Progress.ShouldBe(Progress(1));
        var after = await PostgresFixture.ScalarAsync<string>(jobs, document);
        after.ShouldBe(before.Replace("\"revision\":1", "\"revision\":2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_store_of_an_older_server_is_taken_over_with_what_runs_in_it()
    {
        var runs = await OpenAsync();
        var run = await runs.AddAsync(New("shop"), default);
        await runs.ChangeAsync(run.Id, Start, default);
        await PostgresFixture.ExecuteAsync(
            jobs,
            """
            ALTER TABLE surety_server.runs DROP COLUMN progress;
            UPDATE surety_server.runs SET document =
                jsonb_set(document::jsonb, '{progress}', '{"phase":"rows","tables":1,"totalTables":2,"rows":3,"bytes":4,
                    "totalBytes":5,"elapsedSeconds":6}')::text;
            """
        );

        await using var newer = await JobStore.OpenAsync(ServerSetup.UrlOf(jobs), new Dictionary<string, string?>());
        var taken = new PostgresRunStore(newer);

        (await taken.FindAsync(run.Id, default))!.Progress!.Rows.ShouldBe(3);
        await taken.ChangeAsync(run.Id, now => now with { Node = "newer" }, default);
        await taken.TellAsync(run.Id, Progress(7), default);
        (await taken.FindAsync(run.Id, default))!.Progress.ShouldBe(Progress(7));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }
    }
}
