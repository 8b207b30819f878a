using Surety.Server.Alerts;
using Surety.Server.Runs;
using Surety.ServerTests.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>Every condition of databases brought about for real, on a real server, until somebody is told.</summary>
public sealed class AlertWatchTests(PostgresFixture postgres) : AlertScene, IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_backup_that_fails_is_told_once_and_told_over_when_one_succeeds()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        Setup.Database("shop", shop).Section(Alerts("/hook", "failures: 2"));
        await using (var server = await RunningServer.StartAsync(Setup))
        {
            await PostgresFixture.AllowConnectionsAsync(shop, false);
            (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);
            await CheckAsync(server);
            var opened = await Receiver.NextAsync();
            opened.Text("event").ShouldBe("opened");
            opened.Text("key").ShouldBe("backup-failed:shop");
            opened.Text("severity").ShouldBe("high");

            await server.RunAsync("backup", "shop");
            await CheckAsync(server);
            await CheckAsync(server);
            var worse = await Receiver.NextAsync();
            worse.Text("event").ShouldBe("worse");
            worse.Text("severity").ShouldBe("critical");
            worse.Text("text").ShouldStartWith("the last 2 backups of shop failed");
            await ToldAsync(server);
        }

        // What was told is known after a restart.
        await using var again = await RunningServer.StartAsync(Setup);
        await CheckAsync(again);
        await PostgresFixture.AllowConnectionsAsync(shop, true);
        (await again.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        await CheckAsync(again);
        var recovered = await Receiver.NextAsync();
        recovered.Text("event").ShouldBe("recovered");
        recovered.Text("key").ShouldBe("backup-failed:shop");
        Receiver.IsEmpty.ShouldBeTrue();
        again.Get<AlertWatch>().Book.Over.ShouldHaveSingleItem().Severity.ToString().ShouldBe("Critical");
    }

    [Fact]
    public async Task Damage_shrinking_drills_and_targets_are_each_told()
    {
        var shop = await postgres.CreateDatabaseAsync();
        await PostgresFixture.ExecuteAsync(shop, "CREATE TABLE orders AS SELECT generate_series(1, 5000) AS id");
        Setup
            .Database(
                "shop",
                shop,
                "targets:\n  rpo: 1s\n  rto: 1ms\ndrill:\n  assertions:\n    - SELECT count(*) > 10 FROM orders"
            )
            .Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(Setup);
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

        DamagedRepository.Damage(Setup.RepositoryPath());
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
        Setup.Database("shop", shop).Section(Alerts("/hook"));
        await using var server = await RunningServer.StartAsync(Setup);
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
    public async Task A_run_that_a_dead_server_left_is_told_until_another_one_ends_well()
    {
        Setup.Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop)).Section(Alerts("/hook"));
        await StoppedServer.WithStateAsync(
            Setup,
            (runs, _) => runs.AddAsync(StoppedServer.Left("rollback", attempt: 1), default)
        );
        await using var server = await RunningServer.StartAsync(Setup);
        var left = await NextAsync(server, "run-interrupted:shop");
        left.Text("severity").ShouldBe("low");
        left.Text("text").ShouldStartWith("the last rollback of shop was interrupted");

        (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        (await NextAsync(server, "run-interrupted:shop")).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_verification_and_a_prune_that_could_not_be_carried_out_are_told()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        Setup.Database("shop", shop, "retention: { keep-last: 1 }").Section(Alerts("/hook"));
        string[] prune = ["--yes", "--database", shop.Database];
        await using var server = await RunningServer.StartAsync(Setup);
        await server.RunAsync("backup", "shop");

        Directory.Move(Setup.RepositoryPath(), Setup.RepositoryPath("away"));
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.Failed);
        (await server.RunAsync("prune", "shop", prune)).State.ShouldBe(RunState.Failed);
        Directory.Move(Setup.RepositoryPath("away"), Setup.RepositoryPath());
        (await NextAsync(server, "verify-failed:shop")).Text("severity").ShouldBe("high");
        (await NextAsync(server, "prune-failed:shop")).Text("severity").ShouldBe("medium");

        // What finds damage could be carried out: that is another alert.
        DamagedRepository.Damage(Setup.RepositoryPath());
        (await server.RunAsync("verify", "shop")).State.ShouldBe(RunState.NotSound);
        (await NextAsync(server, "verify-failed:shop")).Text("event").ShouldBe("recovered");
        (await NextAsync(server, "damaged:shop")).Text("event").ShouldBe("opened");
        (await server.RunAsync("prune", "shop", prune)).State.ShouldBe(RunState.Done);
        (await NextAsync(server, "prune-failed:shop")).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_failure_that_nobody_repeats_is_no_success_after_a_month()
    {
        Setup.Database("shop", await postgres.NameDatabaseAsync("shop")).Section(Alerts("/hook"));
        var monthAgo = DateTimeOffset.UtcNow.AddDays(-40);
        var drill = StoppedServer.Left("drill", attempt: 1) with
        {
            State = RunState.Failed,
            QueuedAt = monthAgo,
            StartedAt = monthAgo,
            FinishedAt = monthAgo.AddMinutes(1),
            Error = new RunError("database-unreachable", "nobody was there", null),
        };
        await StoppedServer.WithStateAsync(Setup, (runs, _) => runs.AddAsync(drill, default));
        await using var server = await RunningServer.StartAsync(Setup);

        (await NextAsync(server, "drill-failed:shop"))
            .Text("text")
            .ShouldBe("the last drill of shop failed: nobody was there");
    }

    [Fact]
    public async Task That_something_is_over_is_told_after_a_restart_where_a_channel_was_broken()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        Setup.Database("shop", shop).Section(Alerts("/hook"));
        await using (var server = await RunningServer.StartAsync(Setup))
        {
            await PostgresFixture.AllowConnectionsAsync(shop, false);
            await server.RunAsync("backup", "shop");
            (await NextAsync(server, "backup-failed:shop")).Text("event").ShouldBe("opened");
            await ToldAsync(server);

            Receiver.IsBroken = true;
            await PostgresFixture.AllowConnectionsAsync(shop, true);
            (await server.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
            await Eventually.Is(async () =>
            {
                await CheckAsync(server);
                return Receiver.Failures > 0;
            });
            // A server that is killed now leaves this.
            var kept = await server.Get<IServerMemory>().ReadAsync("alerts", CancellationToken.None);
            AlertBook.FromJson(kept).Over.ShouldHaveSingleItem().Untold.ShouldBe(["ops"]);
        }

        Receiver.IsBroken = false;
        await using (var again = await RunningServer.StartAsync(Setup))
        {
            (await NextAsync(again, "backup-failed:shop")).Text("event").ShouldBe("recovered");
            await ToldAsync(again);
        }

        await using var third = await RunningServer.StartAsync(Setup);
        await CheckAsync(third);
        await ToldAsync(third);
        Receiver.IsEmpty.ShouldBeTrue();
    }
}
