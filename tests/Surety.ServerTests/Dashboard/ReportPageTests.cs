using Microsoft.Extensions.Logging.Abstractions;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Prune;
using Surety.Repository.Statistics;
using Surety.Repository.Storage;
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
    public async Task Who_asks_all_the_time_starts_no_count_before_a_rest_of_twenty_times_as_long()
    {
        using var setup = new ServerSetup().Database("shop", Unreached.Database());
        await using var server = await RunningServer.StartAsync(setup);
        var view = await server.Get<RepositoryViews>().ReadAsync(server.Get<ServedDatabases>().All[0], default);
        var changed = view with { Journal = new JournalList([Verified()], []) };
        var clock = new ManualTimeProvider();
        var counts = new Counts(clock, setup);

        counts.FindLast(view).ShouldBeNull();
        await Eventually.Is(() => counts.Counted == 1);
        clock.Advance(TimeSpan.FromSeconds(3));
        counts.Counting.SetResult(Figures);
        await Eventually.Is(() => counts.FindLast(view) is not null);
        counts.FindLast(view)!.At.ShouldBe(clock.GetUtcNow());

        clock.Advance(TimeSpan.FromSeconds(59));
        counts.FindLast(changed)!.Report.ShouldBe(Figures);
        clock.Advance(TimeSpan.FromSeconds(1));
        counts.FindLast(view)!.Report.ShouldBe(Figures);
        counts.Counted.ShouldBe(1, "it is too soon, and then nothing was done");
        counts.FindLast(changed)!.Report.ShouldBe(Figures);
        await Eventually.Is(() => counts.Counted == 2);

        static JournalRecord Verified() =>
            new()
            {
                Operation = "verify",
                Backup = null,
                Database = null,
                StartedAt = DateTimeOffset.UnixEpoch,
                FinishedAt = DateTimeOffset.UnixEpoch,
                Host = "vault",
                Outcome = JournalRecord.Done,
            };
    }

    [Fact]
    public async Task A_report_whose_storage_cannot_be_counted_says_why_and_does_not_load_itself_again()
    {
        using var setup = new ServerSetup().Database("shop", Unreached.Database());
        await using var server = await RunningServer.StartAsync(setup);
        var database = server.Get<ServedDatabases>().All[0];
        // The server counts by itself, too: until it fails to do so first for what the repository has become.
        await Eventually.Is(async () => await FailsAsync(server, database));

        using var page = await server.Client.GetAsync("/report/main");

        page.IsSuccessStatusCode.ShouldBeTrue();
        page.Headers.Contains("Refresh").ShouldBeFalse();
        (await page.Content.ReadAsStringAsync()).ShouldContain("storage: the disk is gone");
    }

    /// <summary>Changes the repository, and fails to count it then; false where somebody else counts it already.</summary>
    private static async Task<bool> FailsAsync(RunningServer server, ServedDatabase database)
    {
        var views = server.Get<RepositoryViews>();
        using (var open = await views.OpenAsync(database.Repository, default))
        {
            var now = TimeProvider.System.GetUtcNow();
            var end = new JournalEnd(now, JournalRecord.Done);
            await open.Repository.Journal.AppendAsync(new JournalEntry("verify", now), end, default);
        }

        views.Refresh();
        var view = await views.ReadAsync(database, default);
        var gone = new SuretyException(ErrorCode.RepositoryUnreadable, "the disk is gone", null);
        var hasFailed = false;
        do
        {
            try
            {
                await server.Get<StorageCounts>().FindAsync(database.Repository.Place, view, FailAsync);
            }
            catch (SuretyException e) when (e == gone)
            {
                return true;
            }
        } while (hasFailed);

        return false;

        Task<StatisticsReport> FailAsync()
        {
            hasFailed = true;
            throw gone;
        }
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

        private FolderPlace Place => new(setup.RepositoryPath());

        public Task<StatisticsReport?> FindAsync(RepositoryView view) => counts.FindAsync(Place, view, CountAsync);

        public CountedStorage? FindLast(RepositoryView view) => counts.FindLast(Place, view, CountAsync);

        private Task<StatisticsReport> CountAsync()
        {
            Counted++;
            return Counting.Task;
        }
    }
}
