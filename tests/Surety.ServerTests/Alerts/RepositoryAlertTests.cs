using System.Net;
using Surety.Repository;
using Surety.Repository.Storage.Local;
using Surety.Server.Alerts;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;
using Surety.Testing;
using Surety.Testing.Time;

namespace Surety.ServerTests.Alerts;

/// <summary>What can be wrong with repositories, those that backups are made into and those that they are copied to.</summary>
public sealed class RepositoryAlertTests(PostgresFixture postgres) : AlertScene, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_repository_that_is_gone_is_told_once_for_all_and_hides_no_other_alert()
    {
        var shop = await postgres.NameDatabaseAsync("nowhere");
        Setup.Database("shop", shop).Database("crm", shop).Section(Alerts("/hook", "storage: 100%"));
        await using var server = await RunningServer.StartAsync(Setup);
        (await NextAsync(server, "storage-low:main")).Text("text").ShouldContain("are free where main is");
        await server.RunAsync("backup", "shop");
        await NextAsync(server, "backup-failed:shop");

        Directory.Move(Setup.RepositoryPath(), Setup.RepositoryPath("away"));
        var gone = await NextAsync(server, "repository-unreachable:main");
        gone.Json.GetProperty("databases").GetArrayLength().ShouldBe(2);
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("backup-failed:shop");

        Directory.Move(Setup.RepositoryPath("away"), Setup.RepositoryPath());
        (await NextAsync(server, "repository-unreachable:main")).Text("event").ShouldBe("recovered");
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("backup-failed:shop");
    }

    [Fact]
    public async Task A_copy_that_fails_is_told_and_a_channel_that_hangs_delays_no_backup()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        Setup
            .Repository("spare")
            .Database("shop", shop)
            .Section($"{Alerts("/hook")}\n    silent:\n      webhook: {Receiver.Address}hang\n      timeout: 1h");
        await using var server = await RunningServer.StartAsync(Setup);
        await server.RunAsync("backup", "shop");
        Directory.Delete(Setup.RepositoryPath("spare"), recursive: true);

        (await server.RunAsync("copy", "shop", "latest", "--to", "spare")).State.ShouldBe(RunState.Failed);
        (await NextAsync(server, "copy-failed:shop")).Text("severity").ShouldBe("medium");
        await Eventually.Is(() => Receiver.Failures > 0);

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        var silent = server.Get<AlertSender>().Channels.Single(channel => channel.Name == "silent");
        silent.Waiting.ShouldBeGreaterThan(0);
        server.Get<AlertWatch>().Book.Open["copy-failed:shop"].Untold.ShouldBe(["silent"], ignoreOrder: true);
    }

    /// <summary>Backups are made into one repository and copied to the other.</summary>
    [Theory]
    [InlineData("main")]
    [InlineData("spare")]
    public async Task Locks_that_are_held_far_too_long_are_told_once_until_they_are_free(string repository)
    {
        Setup
            .Repository("spare")
            .Database("shop", await postgres.NameDatabaseAsync("shop"), CopiedTo("spare"))
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(Setup);
        var path = Setup.RepositoryPath(repository);
        await HoldForHoursAsync(
            path,
            () =>
                HoldForHoursAsync(
                    path,
                    async () =>
                    {
                        server.Get<RepositoryViews>().Refresh();
                        var stuck = await NextAsync(server, $"lock-stuck:shop:{repository}");
                        stuck.Text("severity").ShouldBe("medium");
                        stuck.Text("text").ShouldStartWith($"backup by process {Environment.ProcessId} on ");
                        stuck.Text("text").ShouldEndWith($" has held {repository} for 2 h, and 1 more for too long");
                    }
                )
        );

        server.Get<RepositoryViews>().Refresh();
        (await NextAsync(server, $"lock-stuck:shop:{repository}")).Text("event").ShouldBe("recovered");
        await ToldAsync(server);
        while (!Receiver.IsEmpty)
        {
            Told.Add(await Receiver.NextAsync());
        }

        Told.ShouldNotContain(posted => posted.Text("key") == $"lock-stuck:shop:{repository}");
    }

    [Fact]
    public async Task A_repository_that_copies_go_to_is_watched_and_keeps_no_server_from_being_ready()
    {
        Setup
            .Repository("spare")
            .Database("shop", await postgres.NameDatabaseAsync("shop"), CopiedTo("spare"))
            .Section(Alerts("/hook", "storage: 100%"));
        await using var server = await RunningServer.StartAsync(Setup);
        (await NextAsync(server, "storage-low:shop:main")).Text("severity").ShouldBe("high");
        (await NextAsync(server, "storage-low:shop:spare")).Text("severity").ShouldBe("medium");

        Directory.Move(Setup.RepositoryPath("spare"), Setup.RepositoryPath("away"));
        var gone = await NextAsync(server, "repository-unreachable:shop:spare");
        gone.Text("severity").ShouldBe("medium");
        gone.Text("text").ShouldStartWith("spare takes no copies: ");
        // What cannot be looked at is not over.
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("storage-low:shop:spare");
        using var ready = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);

        Directory.Move(Setup.RepositoryPath("away"), Setup.RepositoryPath("spare"));
        (await NextAsync(server, "repository-unreachable:shop:spare")).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_copy_that_arrives_hides_none_to_another_repository_that_does_not()
    {
        Setup
            .Repository("spare")
            .Repository("far")
            .Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop), CopiedTo("spare, far"))
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(Setup);
        Directory.Delete(Setup.RepositoryPath("spare"), recursive: true);

        // Its copies follow it: first the one that fails.
        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        var failed = await NextAsync(server, "copy-failed:shop");
        failed.Text("text").ShouldStartWith("the last copy of a backup of shop to spare failed: ");
        await Eventually.Is(async () =>
            (await server.Get<BackupHealth>().ReadAsync(CancellationToken.None))
                .Find("shop")!
                .CopiesTo["far"]
                .LastSuccess
                is not null
        );

        await CheckAsync(server);
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("copy-failed:shop");
    }

    private static string CopiedTo(string repositories) => $"after-backup: {{ verify: false, copy: [{repositories}] }}";

    /// <summary>A lock that was renewed for two hours, so that nobody may take it away, while something is done.</summary>
    private static async Task HoldForHoursAsync(string path, Func<Task> meanwhile)
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow.AddMinutes(-125));
        using var store = LocalBlobStore.Open(path, clock);
        using var repository = await BackupRepository.OpenAsync(store, clock, CancellationToken.None);
        await using (await repository.Locks.AcquireSharedAsync("backup", CancellationToken.None))
        {
            while (clock.GetUtcNow() < DateTimeOffset.UtcNow.AddMinutes(-5))
            {
                var renewed = clock.NextTimerAsync(TimeSpan.FromMinutes(5));
                clock.Advance(TimeSpan.FromMinutes(5));
                await renewed;
            }

            await meanwhile();
        }
    }
}
