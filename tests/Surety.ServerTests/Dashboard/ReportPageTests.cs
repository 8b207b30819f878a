using Surety.Repository.Prune;
using Surety.Repository.Statistics;
using Surety.Repository.Storage;
using Surety.Server.Dashboard.Reading;
using Surety.Server.Served;
using Surety.Testing;

namespace Surety.ServerTests.Dashboard;

/// <summary>The report does not keep anybody waiting for what takes long to be counted.</summary>
public sealed class ReportPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly StatisticsReport Figures = new([], new(), new ObjectTally(), new ObjectTally(), 0, []);

    [Fact]
    public async Task Storage_that_is_being_counted_follows_and_is_counted_again_only_after_something_was_done()
    {
        var database = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", database);
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        var counts = new StorageCounts(TimeProvider.System);
        var counting = new TaskCompletionSource<StatisticsReport>();
        var counted = 0;

        (await FindAsync()).ShouldBeNull();
        counting.SetResult(Figures);
        while (await FindAsync() is null)
        {
            await Task.Yield();
        }

        counted.ShouldBe(1);
        await server.RunAsync("verify", "shop", "latest");
        (await FindAsync()).ShouldBe(Figures);
        counted.ShouldBe(2);

        using var page = await LoadAsync(server);
        (await page.Content.ReadAsStringAsync()).ShouldContain("<h3>Storage</h3>");

        async Task<StatisticsReport?> FindAsync()
        {
            var view = await server.Get<RepositoryViews>().ReadAsync(server.Get<ServedDatabases>().All[0], default);
            return await counts.FindAsync(
                new FolderPlace(setup.RepositoryPath()),
                view,
                () =>
                {
                    counted++;
                    return counting.Task;
                }
            );
        }
    }

    [Fact]
    public async Task What_counting_fails_with_is_told_and_it_is_tried_again()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup().Database("shop", database);
        await using var server = await RunningServer.StartAsync(setup);
        var view = await server.Get<RepositoryViews>().ReadAsync(server.Get<ServedDatabases>().All[0], default);
        var place = new FolderPlace(setup.RepositoryPath());
        var counts = new StorageCounts(TimeProvider.System);

        await Should.ThrowAsync<IOException>(() => counts.FindAsync(place, view, () => throw new IOException("gone")));
        (await counts.FindAsync(place, view, () => Task.FromResult(Figures))).ShouldBe(Figures);
    }

    /// <summary>The page, as often as it says that it loads itself again.</summary>
    private static async Task<HttpResponseMessage> LoadAsync(RunningServer server)
    {
        while (true)
        {
            var page = await server.Client.GetAsync("/report/main");
            page.IsSuccessStatusCode.ShouldBeTrue();
            if (!page.Headers.Contains("Refresh"))
            {
                return page;
            }

            page.Dispose();
        }
    }
}
