using Surety.Core.Postgres;
using Surety.Repository;
using Surety.Repository.Storage;
using Surety.Repository.Storage.Local;
using Surety.Repository.Storage.S3;
using Surety.Server.Runs;
using Surety.Testing;
using Surety.Testing.S3;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

/// <summary>Two real servers over one job store.</summary>
[Collection("running servers")]
public sealed class ClusterTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    // A server of a test is one of many processes on few cores: three of these without a sign of life, and it counts as gone.
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("main")]
    [InlineData("bucket")]
    public async Task Each_run_is_on_one_server_and_the_run_of_a_killed_one_is_taken_over(string repository)
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        var club = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = await SetUpAsync(shop, club, $"repository: {repository}\nafter-backup: {{ verify: false }}");
        await using var service = await S3Service.StartAsync();
        using var blobs = await OpenRepositoryAsync(setup.Setup, repository, service.NewPlace());
        await using var store = await OpenAsync(setup.Jobs);
        var runs = new PostgresRunStore(store);
        var servers = new[] { ServerProcess.Start(setup.Setup, "one"), ServerProcess.Start(setup.Setup, "two") };
        try
        {
            var many = new List<Run>();
            for (var number = 0; number < 6; number++)
            {
                many.Add(await AskAsync(runs, number % 2 == 0 ? "shop" : "club"));
            }

            foreach (var run in many)
            {
                (await runs.UntilAsync(run.Id, now => now.HasEnded)).ShouldSatisfyAllConditions(
                    now => now.State.ShouldBe(RunState.Done),
                    now => now.Attempt.ShouldBe(1)
                );
            }

            await using (await BlockAsync(shop))
            {
                var asked = await AskAsync(runs, "shop");
                var running = await runs.UntilAsync(asked.Id, run => run.Progress is not null);
                var victim = servers.Single(server =>
                    running.Node!.Contains($"-{server.Id}-", StringComparison.Ordinal)
                );
                var orphans = ProcessTable.ChildrenOf(victim.Id).ToList();
                orphans.ShouldNotBeEmpty();

                victim.Kill();

                var taken = await runs.UntilAsync(asked.Id, run => run.Attempt == 2 && run.State == RunState.Running);
                taken.Node.ShouldNotBe(running.Node);
                // The leash: what it ran has ended by itself.
                await Eventually.Is(() => !orphans.Any(ProcessTable.IsRunning));
                many.Add(taken);
            }

            (await runs.UntilAsync(many[^1].Id, run => run.HasEnded)).State.ShouldBe(RunState.Done);
            Overlaps(await runs.ListAsync(new RunFilter(), default)).ShouldBe(0);
            using var opened = await BackupRepository.OpenAsync(blobs, TimeProvider.System, default);
            (await opened.Manifests.ListAsync(default)).Count.ShouldBe(many.Count);
            (await blobs.ListAsync("locks/", default).AnyAsync()).ShouldBeFalse();
            // Quartz's tables are in the schema of the servers.
            (
                await PostgresFixture.ScalarAsync<string>(
                    setup.Jobs,
                    "SELECT string_agg(DISTINCT schemaname, ' ') FROM pg_tables WHERE tablename LIKE 'qrtz%'"
                )
            ).ShouldBe("surety_server");
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(string.Join("\n\n", servers.Select(server => server.Output)), e);
        }
        finally
        {
            Array.ForEach(servers, server => server.Dispose());
        }
    }

    [Fact]
    public async Task A_server_that_is_stopped_hands_over_and_is_due_once()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = await SetUpAsync(shop, null, "schedule:\n  every: 2s");
        await using var store = await OpenAsync(setup.Jobs);
        var runs = new PostgresRunStore(store);
        using var one = ServerProcess.Start(setup.Setup, "one");
        using var two = ServerProcess.Start(setup.Setup, "two");
        var first = await runs.FollowedBackupsAsync("shop", 2);
        Run running;
        await using (await BlockAsync(shop))
        {
            running = await UnderWayAsync(runs);
            var stopped = running.Node!.Contains($"-{one.Id}-", StringComparison.Ordinal) ? one : two;
            await stopped.StopAsync();
            running = await runs.UntilAsync(running.Id, run => run.Attempt == 2 && run.State == RunState.Running);
        }

        (await runs.UntilAsync(running.Id, run => run.HasEnded)).State.ShouldBe(RunState.Done);
        var all = await runs.ListAsync(new RunFilter { IsScheduled = true }, default);
        all.Where(run => run.HasEnded).ShouldAllBe(run => run.State == RunState.Done);
        Overlaps(all).ShouldBe(0);
        first.Select(run => run.Attempt).ShouldAllBe(attempt => attempt == 1);
    }

    [Fact]
    public async Task While_the_job_store_is_away_runs_go_on_and_nothing_is_lost_or_done_twice()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = await SetUpAsync(shop, null);
        using var one = ServerProcess.Start(setup.Setup, "one");
        using var two = ServerProcess.Start(setup.Setup, "two");
        Run running;
        await using (await BlockAsync(shop))
        {
            await using (var before = await OpenAsync(setup.Jobs))
            {
                var asked = await AskAsync(new PostgresRunStore(before), "shop");
                running = await new PostgresRunStore(before).UntilAsync(asked.Id, run => run.Progress is not null);
            }

            await PostgresFixture.AllowConnectionsAsync(setup.Jobs, false);
            // Longer than what makes a server count as gone.
            await Task.Delay(6 * CheckIn);
        }

        // It ends while nobody can be told.
        var server = running.Node!.Contains($"-{one.Id}-", StringComparison.Ordinal) ? one : two;
        await Eventually.Is(() => !ProcessTable.ChildrenOf(server.Id).Any());
        await PostgresFixture.AllowConnectionsAsync(setup.Jobs, true);

        await using var store = await OpenAsync(setup.Jobs);
        var runs = new PostgresRunStore(store);
        var done = await runs.UntilAsync(running.Id, run => run.HasEnded);
        done.State.ShouldBe(RunState.Done);
        done.Attempt.ShouldBe(1);
        var next = await AskAsync(runs, "shop");
        (await runs.UntilAsync(next.Id, run => run.HasEnded)).State.ShouldBe(RunState.Done);
    }

    private static async Task<Run> UnderWayAsync(PostgresRunStore runs)
    {
        Run? found = null;
        await Eventually.Is(async () =>
        {
            var filter = new RunFilter { IsScheduled = true, HasEnded = false };
            found = (await runs.ListAsync(filter, default)).FirstOrDefault(run => run.Progress is not null);
            return found is not null;
        });
        return found!;
    }

    /// <summary>Makes the bucket where it is meant; what the repository consists of.</summary>
    private static async Task<IOpenBlobStore> OpenRepositoryAsync(ServerSetup setup, string repository, S3Place place)
    {
        if (repository == "main")
        {
            return LocalBlobStore.Open(setup.RepositoryPath(), TimeProvider.System);
        }

        setup.Bucket(repository, place).Write();
        var bucket = S3BlobStore.Open(place, TimeProvider.System);
        using var made = await BackupRepository.InitAsync(bucket, TimeProvider.System, default);
        return bucket;
    }

    private async Task<(ServerSetup Setup, ConnectionTarget Jobs)> MakeAsync(
        ConnectionTarget shop,
        ConnectionTarget? club,
        string more
    )
    {
        var jobs = await postgres.CreateDatabaseAsync();
        var setup = new ServerSetup()
            .Database("shop", shop, more)
            .Section(
                $"server:\n  job-store: \"{ServerSetup.UrlOf(jobs)}\"\n  check-in: {CheckIn.TotalSeconds}s\n  grace: 5s"
            );
        if (club is not null)
        {
            setup.Database("club", club, more);
        }

        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        return (setup, jobs);
    }

    private async Task<SharedSetup> SetUpAsync(ConnectionTarget shop, ConnectionTarget? club, string more = "")
    {
        var (setup, jobs) = await MakeAsync(shop, club, more);
        return new SharedSetup(setup, jobs);
    }

    private static Task<JobStore> OpenAsync(ConnectionTarget jobs) =>
        JobStore.OpenAsync(ServerSetup.UrlOf(jobs), new Dictionary<string, string?>());

    /// <summary>As the API of any server does; the upkeep of one of them finds it.</summary>
    private static Task<Run> AskAsync(PostgresRunStore runs, string database) =>
        runs.AddAsync(
            new Run
            {
                Id = RunId.New(DateTimeOffset.UtcNow),
                Request = Request("backup", database),
                Lane = database,
                QueuedAt = DateTimeOffset.UtcNow,
            },
            default
        );

    private sealed record SharedSetup(ServerSetup Setup, ConnectionTarget Jobs) : IDisposable
    {
        public void Dispose() => Setup.Dispose();
    }
}
