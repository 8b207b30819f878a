using Microsoft.Extensions.Logging.Abstractions;
using Surety.Repository.Errors;
using Surety.Repository.Prune;
using Surety.Repository.Statistics;
using Surety.Repository.Storage;
using Surety.Server.Dashboard.Reading;
using Surety.Server.Served;
using Surety.Testing;
using Surety.Testing.Time;

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
        var counts = new Counts(TimeProvider.System, setup);

        (await FindAsync()).ShouldBeNull();
        counts.Counting.SetResult(Figures);
        await Eventually.Is(async () => await FindAsync() is not null);

        counts.Counted.ShouldBe(1);
        await server.RunAsync("verify", "shop", "latest");
        (await FindAsync()).ShouldBe(Figures);
        counts.Counted.ShouldBe(2);

        using var page = await LoadAsync(server);
        (await page.Content.ReadAsStringAsync()).ShouldContain("<h3>Storage</h3>");

        async Task<StatisticsReport?> FindAsync()
        {
            var view = await server.Get<RepositoryViews>().ReadAsync(server.Get<ServedDatabases>().All[0], default);
            return await counts.FindAsync(view);
        }
    }

    [Fact]
    public async Task What_counting_fails_with_later_is_told_for_a_minute_and_then_it_is_tried_again()
    {
        using var setup = new ServerSetup().Database("shop", Unreached.Database());
        await using var server = await RunningServer.StartAsync(setup);
        var view = await server.Get<RepositoryViews>().ReadAsync(server.Get<ServedDatabases>().All[0], default);
        var clock = new ManualTimeProvider();
        var counts = new Counts(clock, setup);

        var waits = clock.NextTimerAsync(TimeSpan.FromMilliseconds(250));
        var first = counts.FindAsync(view);
        await waits;
        clock.Advance(TimeSpan.FromMilliseconds(250));
        (await first).ShouldBeNull();
        counts.Counting.SetException(new IOException("gone"));

        await Should.ThrowAsync<IOException>(() => counts.FindAsync(view));
        clock.Advance(TimeSpan.FromSeconds(59));
        await Should.ThrowAsync<IOException>(() => counts.FindAsync(view));
        counts.Counted.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(1));
        counts.Counting = new TaskCompletionSource<StatisticsReport>();
        counts.Counting.SetResult(Figures);
        (await counts.FindAsync(view)).ShouldBe(Figures);
    }

    [Fact]
    public async Task A_report_whose_storage_cannot_be_counted_says_why_and_does_not_load_itself_again()
    {
        using var setup = new ServerSetup().Database("shop", Unreached.Database());
        await using var server = await RunningServer.StartAsync(setup);
        var database = server.Get<ServedDatabases>().All[0];
        var view = await server.Get<RepositoryViews>().ReadAsync(database, default);
        var gone = new SuretyException(ErrorCode.RepositoryUnreadable, "the disk is gone", null);
        var failing = server.Get<StorageCounts>().FindAsync(database.Repository.Place, view, () => throw gone);
        await Should.ThrowAsync<SuretyException>(() => failing);

        using var page = await server.Client.GetAsync("/report/main");

        page.IsSuccessStatusCode.ShouldBeTrue();
        page.Headers.Contains("Refresh").ShouldBeFalse();
        (await page.Content.ReadAsStringAsync()).ShouldContain("storage: the disk is gone");
    }

    /// <summary>The page, as often as it says that it loads itself again.</summary>
    private static async Task<HttpResponseMessage> LoadAsync(RunningServer server)
    {
        HttpResponseMessage? page = null;
        await Eventually.Is(async () =>
        {
            page?.Dispose();
            page = await server.Client.GetAsync("/report/main");
            page.IsSuccessStatusCode.ShouldBeTrue();
            return !page.Headers.Contains("Refresh");
        });
        return page!;
    }

    /// <summary>Counts that end when the test says, of the repository of a server.</summary>
    private sealed class Counts(TimeProvider clock, ServerSetup setup)
    {
        private readonly StorageCounts counts = new(clock, NullLogger<StorageCounts>.Instance);

        public TaskCompletionSource<StatisticsReport> Counting { get; set; } = new();

        public int Counted { get; private set; }

        public Task<StatisticsReport?> FindAsync(RepositoryView view) =>
            counts.FindAsync(
                new FolderPlace(setup.RepositoryPath()),
                view,
                () =>
                {
                    Counted++;
                    return Counting.Task;
                }
            );
    }
}
