using System.Diagnostics;
using System.Globalization;
using Surety.Core.Postgres;
using Surety.Repository.Storage.Local;
using Surety.Server.Runs;
using Surety.Testing;
using Xunit.Abstractions;

namespace Surety.ServerTests.Scheduling;

/// <summary>
/// Four databases that are written to, backed up after changes and by crontab at once into one repository, for 45 seconds;
/// with <c>SURETY_TEST_FULL=1</c> for half an hour, or <c>SURETY_SOAK_SECONDS</c>.
/// </summary>
[Collection("running servers")]
public sealed class SoakTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    private const string Schedule = """
        schedule:
          cron: '* * * * *'
          on-change:
            quiet: 2s
            within: 8s
            poll: 1s
        after-backup:
          prune: true
        """;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        Environment.GetEnvironmentVariable("SURETY_SOAK_SECONDS") is { } seconds
            ? int.Parse(seconds, CultureInfo.InvariantCulture)
        : Environment.GetEnvironmentVariable("SURETY_TEST_FULL") == "1" ? 1800
        : 45
    );

    [Fact]
    public async Task Many_schedules_for_long_miss_nothing_overlap_nowhere_and_stay_small()
    {
        var databases = new Dictionary<string, ConnectionTarget>();
        using var setup = new ServerSetup().Section("retention:\n  keep-last: 3");
        foreach (var name in new[] { "one", "two", "three", "four" })
        {
            databases[name] = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
            setup.Database(name, databases[name], Schedule);
        }

        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        var begin = DateTimeOffset.UtcNow;
        using var server = ServerProcess.Start(setup, "state");
        var (steady, end) = await WriteAsync(databases.Values, server);
        var written = DateTimeOffset.UtcNow;
        await UntilAllIsBackedUpAsync(setup, databases.Keys, written);
        await server.StopAsync();

        var figures = new SoakFigures(await ReadAsync(setup), databases.Keys, begin, written);
        output.WriteLine(
            $"{Duration.TotalSeconds:0} s: {figures.Runs} runs, {figures.Backups} backups, {figures.NotDone.Count} not done, "
                + $"{figures.Misses} missed, {figures.Overlaps} overlaps, longest wait {figures.LongestWait.TotalSeconds:0.0} s, "
                + $"changes without a backup {figures.Unprotected.Count}, memory {steady >> 20} MB then {end >> 20} MB"
        );
        figures.NotDone.ShouldBeEmpty(server.Output);
        figures.Overlaps.ShouldBe(0);
        figures.Misses.ShouldBe(0);
        figures.Unprotected.ShouldBeEmpty(server.Output);
        // Each is written to all the time: it is due every ten seconds or so, and two run at once.
        figures.Backups.ShouldBeGreaterThan((int)(databases.Count * Duration.TotalSeconds / 60));
        end.ShouldBeLessThan((steady * 3 / 2) + (64 << 20));
    }

    /// <summary>Writes to every database all the time; returns the server's memory after a third of the time and at the end.</summary>
    private static async Task<(long Steady, long End)> WriteAsync(
        IReadOnlyCollection<ConnectionTarget> databases,
        ServerProcess server
    )
    {
        var watch = Stopwatch.StartNew();
        var steady = 0L;
        while (watch.Elapsed < Duration)
        {
            foreach (var database in databases)
            {
                await PostgresFixture.ExecuteAsync(
                    database,
                    // A table without an audit: the databases stay as large as they are.
                    "UPDATE order_items SET quantity = quantity WHERE order_id % 17 = 0"
                );
            }

            if (steady == 0 && watch.Elapsed > Duration / 3)
            {
                steady = server.Memory;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        return (steady, server.Memory);
    }

    /// <summary>Waits until each database has a backup that began after the last write; as long as that takes, within reason.</summary>
    private static async Task UntilAllIsBackedUpAsync(
        ServerSetup setup,
        IReadOnlyCollection<string> databases,
        DateTimeOffset written
    )
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromMinutes(3))
        {
            var runs = await ReadAsync(setup);
            if (
                databases.All(name =>
                    runs.Any(run =>
                        IsScheduled(run, name) && run is { State: RunState.Done } && run.StartedAt > written
                    )
                )
            )
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    private static bool IsScheduled(Run run, string database) =>
        run.Request.IsScheduled && run.Request.Database == database;

    private static async Task<IReadOnlyList<Run>> ReadAsync(ServerSetup setup)
    {
        using var folder = LocalBlobStore.Create(Path.Combine(setup.Folder, "state"), TimeProvider.System);
        using var store = await FolderRunStore.OpenAsync(folder, default);
        return await store.ListAsync(new RunFilter { Limit = int.MaxValue }, default);
    }
}

/// <summary>What became of the runs of a soak.</summary>
internal sealed class SoakFigures(
    IReadOnlyList<Run> runs,
    IReadOnlyCollection<string> databases,
    DateTimeOffset begin,
    DateTimeOffset end
)
{
    public int Runs => runs.Count;

    public int Backups => runs.Count(run => run.Request.IsScheduled);

    /// <summary>For its turn, of a scheduled backup.</summary>
    public TimeSpan LongestWait =>
        runs.Where(run => run.Request.IsScheduled).Max(run => run.StartedAt - run.QueuedAt) ?? TimeSpan.Zero;

    /// <summary>The databases that no backup was made of after the last write.</summary>
    public IReadOnlyList<string> Unprotected =>
        [
            .. databases.Where(name =>
                !runs.Any(run =>
                    run is { State: RunState.Done, Request.IsScheduled: true }
                    && run.Request.Database == name
                    && run.StartedAt > end
                )
            ),
        ];

    /// <summary>Those that the end of the server left for the next one aside.</summary>
    public IReadOnlyList<string> NotDone =>
        [
            .. runs.Where(run => run.State is not (RunState.Done or RunState.Queued))
                .Select(run => $"{run.Id} {run.Request.Operation} {run.State} {run.Error}"),
        ];

    public int Overlaps => RunWaits.Overlaps(runs);

    /// <summary>
    /// Full minutes, in which the times of crontab are, within which no backup was asked for or waited. How long it waits for its
    /// turn, which a busy machine decides, is <see cref="LongestWait"/>.
    /// </summary>
    public int Misses => Minutes().Sum(minute => databases.Count(name => !runs.Any(run => IsOf(run, name, minute))));

    private static bool IsOf(Run run, string database, DateTimeOffset minute) =>
        run.Request is { IsScheduled: true }
        && run.Request.Database == database
        && run.QueuedAt < minute.AddMinutes(1)
        && !(run.StartedAt < minute);

    private IEnumerable<DateTimeOffset> Minutes()
    {
        // The server takes a few seconds to start; and what is due in the last seconds may begin when the soak is over.
        var first = begin.AddSeconds(10);
        var minute = new DateTimeOffset(first.Year, first.Month, first.Day, first.Hour, first.Minute, 0, TimeSpan.Zero);
        for (minute = minute.AddMinutes(1); minute < end; minute = minute.AddMinutes(1))
        {
            yield return minute;
        }
    }
}
