using System.Net;
using Surety.Repository;
using Surety.Repository.Storage.Local;
using Surety.Server.Alerts;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;
using Surety.ServerTests.Runs;
using Surety.Testing;
using Surety.Testing.Time;

namespace Surety.ServerTests.Alerts;

/// <summary>Every condition brought about for real, on a real server, until somebody is told.</summary>
public sealed class AlertWatchTests(PostgresFixture postgres)
    : IClassFixture<PostgresFixture>,
        IAsyncLifetime,
        IDisposable
{
    private readonly ServerSetup setup = new();
    private readonly List<Posted> told = [];
    private WebhookReceiver receiver = null!;

    public async Task InitializeAsync() => receiver = await WebhookReceiver.StartAsync();

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    public void Dispose() => setup.Dispose();

    [Fact]
    public async Task A_backup_that_fails_is_told_once_and_told_over_when_one_succeeds()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        setup.Database("shop", shop).Section(Alerts("/hook", "failures: 2"));
        await using (var server = await RunningServer.StartAsync(setup))
        {
            await PostgresFixture.AllowConnectionsAsync(shop, false);
            (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);
            await CheckAsync(server);
            var opened = await receiver.NextAsync();
            opened.Text("event").ShouldBe("opened");
            opened.Text("key").ShouldBe("backup-failed:shop");
            opened.Text("severity").ShouldBe("high");

            await server.RunAsync("backup", "shop");
            await CheckAsync(server);
            await CheckAsync(server);
            var worse = await receiver.NextAsync();
            worse.Text("event").ShouldBe("worse");
            worse.Text("severity").ShouldBe("critical");
            worse.Text("text").ShouldStartWith("the last 2 backups of shop failed");
            await ToldAsync(server);
        }

        // What was told is known after a restart.
        await using var again = await RunningServer.StartAsync(setup);
        await CheckAsync(again);
        await PostgresFixture.AllowConnectionsAsync(shop, true);
        (await again.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        await CheckAsync(again);
        var recovered = await receiver.NextAsync();
        recovered.Text("event").ShouldBe("recovered");
        recovered.Text("key").ShouldBe("backup-failed:shop");
        receiver.IsEmpty.ShouldBeTrue();
        again.Get<AlertWatch>().Book.Over.ShouldHaveSingleItem().Severity.ToString().ShouldBe("Critical");
    }

    [Fact]
    public async Task Damage_shrinking_drills_and_targets_are_each_told()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE orders AS SELECT generate_series(1, 5000) AS id");
        setup
            .Database(
                "shop",
                shop,
                "targets:\n  rpo: 1s\n  rto: 1ms\ndrill:\n  assertions:\n    - SELECT count(*) > 10 FROM orders"
            )
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(setup);
        await NextAsync(server, "backup-overdue:shop");

        await server.RunAsync("backup", "shop");
        await server.RunAsync("drill", "shop");
        (await NextAsync(server, "restore-slow:shop")).Text("severity").ShouldBe("medium");

        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE orders");
        await server.RunAsync("backup", "shop");
        (await NextAsync(server, "backup-empty:shop")).Text("severity").ShouldBe("critical");
        var shrunk = await NextAsync(server, "size-dropped:shop:public.orders");
        shrunk.Text("severity").ShouldBe("high");
        shrunk.Text("text").ShouldContain("had 5000 rows in backup ");
        shrunk.Text("text").ShouldEndWith(" and has 0 in the newest");

        (await server.RunAsync("drill", "shop")).State.ShouldBe(RunState.NotSound);
        (await NextAsync(server, "drill-failed:shop")).Text("severity").ShouldBe("high");

        DamagedRepository.Damage(setup.RepositoryPath());
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.NotSound);
        (await NextAsync(server, "damaged:shop")).Text("severity").ShouldBe("critical");
    }

    [Fact]
    public async Task Neither_a_backup_of_one_schema_nor_a_rollback_is_told_as_a_loss()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(
            shop,
            "CREATE TABLE orders AS SELECT generate_series(1, 5000) AS id; CREATE SCHEMA notes; CREATE TABLE notes.empty (id int)"
        );
        setup.Database("shop", shop).Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(setup);
        var whole = (await server.RunAsync("backup", "shop")).MadeBackup!;
        await server.RunAsync("verify", "shop", whole);

        (await server.RunAsync("backup", "shop", "--schema", "notes")).State.ShouldBe(RunState.Done);
        await CheckAsync(server);
        server.Get<AlertWatch>().Book.Open.ShouldBeEmpty();

        await PostgresFixture.ExecuteAsync(shop, "TRUNCATE orders");
        (await server.RunAsync("rollback", "shop", whole, "--yes")).State.ShouldBe(RunState.Done);
        await CheckAsync(server);
        server.Get<AlertWatch>().Book.Open.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repository_that_is_gone_is_told_once_for_all_and_hides_no_other_alert()
    {
        var shop = await postgres.NameDatabaseAsync("nowhere");
        setup.Database("shop", shop).Database("crm", shop).Section(Alerts("/hook", "storage: 100%"));
        await using var server = await RunningServer.StartAsync(setup);
        (await NextAsync(server, "storage-low:main")).Text("text").ShouldContain("are free where main is");
        await server.RunAsync("backup", "shop");
        await NextAsync(server, "backup-failed:shop");

        Directory.Move(setup.RepositoryPath(), setup.RepositoryPath("away"));
        var gone = await NextAsync(server, "repository-unreachable:main");
        gone.Json.GetProperty("databases").GetArrayLength().ShouldBe(2);
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("backup-failed:shop");

        Directory.Move(setup.RepositoryPath("away"), setup.RepositoryPath());
        (await NextAsync(server, "repository-unreachable:main")).Text("event").ShouldBe("recovered");
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("backup-failed:shop");
    }

    [Fact]
    public async Task A_copy_that_fails_is_told_and_a_channel_that_hangs_delays_no_backup()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        setup
            .Repository("spare")
            .Database("shop", shop)
            .Section($"{Alerts("/hook")}\n    silent:\n      webhook: {receiver.Address}hang\n      timeout: 1h");
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");
        Directory.Delete(setup.RepositoryPath("spare"), recursive: true);

        (await server.RunAsync("copy", "shop", "latest", "--to", "spare")).State.ShouldBe(RunState.Failed);
        (await NextAsync(server, "copy-failed:shop")).Text("severity").ShouldBe("medium");
        await Eventually.Is(() => receiver.Failures > 0);

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        var silent = server.Get<AlertSender>().Channels.Single(channel => channel.Name == "silent");
        silent.Waiting.ShouldBeGreaterThan(0);
        server.Get<AlertWatch>().Book.Open["copy-failed:shop"].Untold.ShouldBe(["silent"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_that_a_dead_server_left_is_told_until_another_one_ends_well()
    {
        setup.Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop)).Section(Alerts("/hook"));
        await StoppedServer.WithStateAsync(
            setup,
            (runs, _) => runs.AddAsync(StoppedServer.Left("rollback", attempt: 1), default)
        );
        await using var server = await RunningServer.StartAsync(setup);
        var left = await NextAsync(server, "run-interrupted:shop");
        left.Text("severity").ShouldBe("low");
        left.Text("text").ShouldStartWith("the last rollback of shop was interrupted");

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        (await NextAsync(server, "run-interrupted:shop")).Text("event").ShouldBe("recovered");
    }

    /// <summary>Backups are made into one repository and copied to the other.</summary>
    [Theory]
    [InlineData("main")]
    [InlineData("spare")]
    public async Task Locks_that_are_held_far_too_long_are_told_once_until_they_are_free(string repository)
    {
        setup
            .Repository("spare")
            .Database("shop", await postgres.NameDatabaseAsync("shop"), CopiedTo("spare"))
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(setup);
        var path = setup.RepositoryPath(repository);
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
        receiver.IsEmpty.ShouldBeTrue();
        told.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repository_that_copies_go_to_is_watched_and_keeps_no_server_from_being_ready()
    {
        setup
            .Repository("spare")
            .Database("shop", await postgres.NameDatabaseAsync("shop"), CopiedTo("spare"))
            .Section(Alerts("/hook", "storage: 100%"));
        await using var server = await RunningServer.StartAsync(setup);
        (await NextAsync(server, "storage-low:shop:main")).Text("severity").ShouldBe("high");
        (await NextAsync(server, "storage-low:shop:spare")).Text("severity").ShouldBe("medium");

        Directory.Move(setup.RepositoryPath("spare"), setup.RepositoryPath("away"));
        var gone = await NextAsync(server, "repository-unreachable:shop:spare");
        gone.Text("severity").ShouldBe("medium");
        gone.Text("text").ShouldStartWith("spare takes no copies: ");
        // What cannot be looked at is not over.
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("storage-low:shop:spare");
        using var ready = await server.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        ready.StatusCode.ShouldBe(HttpStatusCode.OK);

        Directory.Move(setup.RepositoryPath("away"), setup.RepositoryPath("spare"));
        (await NextAsync(server, "repository-unreachable:shop:spare")).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_copy_that_arrives_hides_none_to_another_repository_that_does_not()
    {
        setup
            .Repository("spare")
            .Repository("far")
            .Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop), CopiedTo("spare, far"))
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(setup);
        Directory.Delete(setup.RepositoryPath("spare"), recursive: true);

        // Its copies follow it: first the one that fails.
        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        var failed = await NextAsync(server, "copy-failed:shop");
        failed.Text("text").ShouldStartWith("the last copy of a backup of shop to spare failed: ");
        await Eventually.Is(async () =>
            (await server.Get<BackupHealth>().ReadAsync(CancellationToken.None)).Find("shop")!.Copies.LastSuccess
                is not null
        );

        await CheckAsync(server);
        server.Get<AlertWatch>().Book.Open.Keys.ShouldContain("copy-failed:shop");
    }

    [Fact]
    public async Task A_verification_and_a_prune_that_could_not_be_carried_out_are_told()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        setup.Database("shop", shop, "retention: { keep-last: 1 }").Section(Alerts("/hook"));
        string[] prune = ["--yes", "--database", shop.Database];
        await using var server = await RunningServer.StartAsync(setup);
        await server.RunAsync("backup", "shop");

        Directory.Move(setup.RepositoryPath(), setup.RepositoryPath("away"));
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.Failed);
        (await server.RunAsync("prune", "shop", prune)).State.ShouldBe(RunState.Failed);
        Directory.Move(setup.RepositoryPath("away"), setup.RepositoryPath());
        (await NextAsync(server, "verify-failed:shop")).Text("severity").ShouldBe("high");
        (await NextAsync(server, "prune-failed:shop")).Text("severity").ShouldBe("medium");

        // What finds damage could be carried out: that is another alert.
        DamagedRepository.Damage(setup.RepositoryPath());
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.NotSound);
        (await NextAsync(server, "verify-failed:shop")).Text("event").ShouldBe("recovered");
        (await NextAsync(server, "damaged:shop")).Text("event").ShouldBe("opened");
        (await server.RunAsync("prune", "shop", prune)).State.ShouldBe(RunState.Done);
        (await NextAsync(server, "prune-failed:shop")).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_failure_that_nobody_repeats_is_no_success_after_a_month()
    {
        setup.Database("shop", await postgres.NameDatabaseAsync("shop")).Section(Alerts("/hook"));
        var monthAgo = DateTimeOffset.UtcNow.AddDays(-40);
        var drill = StoppedServer.Left("drill", attempt: 1) with
        {
            State = RunState.Failed,
            QueuedAt = monthAgo,
            StartedAt = monthAgo,
            FinishedAt = monthAgo.AddMinutes(1),
            Error = new RunError("database-unreachable", "nobody was there", null),
        };
        await StoppedServer.WithStateAsync(setup, (runs, _) => runs.AddAsync(drill, default));
        await using var server = await RunningServer.StartAsync(setup);

        (await NextAsync(server, "drill-failed:shop"))
            .Text("text")
            .ShouldBe("the last drill of shop failed: nobody was there");
    }

    [Fact]
    public async Task That_something_is_over_is_told_after_a_restart_where_a_channel_was_broken()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        setup.Database("shop", shop).Section(Alerts("/hook"));
        await using (var server = await RunningServer.StartAsync(setup))
        {
            await PostgresFixture.AllowConnectionsAsync(shop, false);
            await server.RunAsync("backup", "shop");
            (await NextAsync(server, "backup-failed:shop")).Text("event").ShouldBe("opened");
            await ToldAsync(server);

            receiver.IsBroken = true;
            await PostgresFixture.AllowConnectionsAsync(shop, true);
            (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
            await Eventually.Is(async () =>
            {
                await CheckAsync(server);
                return receiver.Failures > 0;
            });
            // A server that is killed now leaves this.
            var kept = await server.Get<IServerMemory>().ReadAsync("alerts", CancellationToken.None);
            AlertBook.FromJson(kept).Over.ShouldHaveSingleItem().Untold.ShouldBe(["ops"]);
        }

        receiver.IsBroken = false;
        await using (var again = await RunningServer.StartAsync(setup))
        {
            (await NextAsync(again, "backup-failed:shop")).Text("event").ShouldBe("recovered");
            await ToldAsync(again);
        }

        await using var third = await RunningServer.StartAsync(setup);
        await CheckAsync(third);
        await ToldAsync(third);
        receiver.IsEmpty.ShouldBeTrue();
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

    private static Task ToldAsync(RunningServer server) =>
        Eventually.Is(() => server.Get<AlertSender>().Channels[0].Waiting == 0);

    private string Alerts(string path, string more = "") =>
        $"alerts:\n  {(more.Length > 0 ? more : "remind: 24h")}\n  channels:\n    ops:\n      webhook: {new Uri(receiver.Address, path)}";

    private static async Task CheckAsync(RunningServer server) =>
        (await server.Get<AlertWatch>().CheckAsync(CancellationToken.None)).ShouldBeTrue();

    /// <summary>Looks until this alert is told; others may be told before.</summary>
    private async Task<Posted> NextAsync(RunningServer server, string key)
    {
        await Eventually.Is(async () =>
        {
            await CheckAsync(server);
            while (!receiver.IsEmpty)
            {
                told.Add(await receiver.NextAsync());
            }

            return told.Exists(posted => posted.Text("key") == key);
        });
        var found = told.Find(posted => posted.Text("key") == key)!;
        told.Remove(found);
        return found;
    }
}
