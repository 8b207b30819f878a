using System.Net.Http.Json;
using System.Text.Json;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.Testing;
using static Surety.ServerTests.Runs.StoppedServer;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

[Collection("running servers")]
public sealed class RestartTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task What_a_killed_server_ran_is_run_again_where_that_is_safe_and_else_left_to_a_person()
    {
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop));
        var backup = Left("backup", attempt: 1);
        var rollback = Left("rollback", attempt: 1);
        var hopeless = Left("verify", attempt: RunTakeover.MostAttempts);
        await WithStateAsync(
            setup,
            async (runs, _) =>
            {
                foreach (var run in new[] { backup, rollback, hopeless })
                {
                    await runs.AddAsync(run, default);
                }
            }
        );
        var scripts = Directory.CreateDirectory(Path.Combine(setup.State, "files", $"{backup.Id}", "scripts"));

        await using var server = await RunningServer.StartAsync(setup);

        var store = server.Get<IRunStore>();
        var done = await store.UntilAsync(backup.Id, run => run.HasEnded);
        done.State.ShouldBe(RunState.Done);
        done.Attempt.ShouldBe(2);
        done.Messages[0].ShouldBe("attempt 1 was interrupted: the server gone died or was stopped while it ran");
        foreach (var left in new[] { rollback, hopeless })
        {
            var run = await store.UntilAsync(left.Id, run => run.HasEnded);
            run.State.ShouldBe(RunState.Interrupted);
            run.Error!.Code.ShouldBe("interrupted");
        }

        scripts.Refresh();
        scripts.Exists.ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_wrong_with_one_database_keeps_the_upkeep_from_no_other()
    {
        using var setup = new ServerSetup()
            .Database("shop", Unreached.Database() with { User = "${NOT_SET}" })
            .Database("club", Unreached.Database());
        var (shop, club) = (Made("shop"), Made("club"));
        var old = Made("club") with { FinishedAt = DateTimeOffset.UtcNow.AddDays(-91) };
        await WithStateAsync(
            setup,
            async (runs, _) =>
            {
                foreach (var run in new[] { shop, club, old })
                {
                    await runs.AddAsync(run, default);
                }
            }
        );

        await using var server = await RunningServer.StartAsync(setup);

        var store = server.Get<IRunStore>();
        await store.UntilAsync(club.Id, run => run.IsFollowed);
        await Eventually.Is(async () => await store.FindAsync(old.Id, default) is null);
        (await store.FindAsync(shop.Id, default))!.IsFollowed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_that_is_killed_leaves_no_process_no_lock_and_no_half_backup_and_its_run_is_run_again()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        string run;
        using (var server = ServerProcess.Start(setup, Path.GetFileName(setup.State)))
        await using (await BlockAsync(shop))
        {
            using var client = new HttpClient { BaseAddress = await server.ListeningAtAsync() };
            using var asked = await client.PostAsJsonAsync("/api/v1/databases/shop/backups", new { });
            run = $"{asked.Headers.Location}";
            await Eventually.Is(async () =>
                (await ReadAsync(client, run)).GetProperty("progress").ValueKind == JsonValueKind.Object
            );
            var left = ProcessTable.ChildrenOf(server.Id).ToList();
            left.ShouldNotBeEmpty();

            server.Kill();

            await Eventually.Is(() => !left.Any(ProcessTable.IsRunning));
        }

        FilesOf(setup, "locks").ShouldBeEmpty();
        FilesOf(setup, "backups").ShouldBeEmpty();
        await using var again = await RunningServer.StartAsync(setup);
        RunId.TryParse(run.Split('/')[^1], out var id).ShouldBeTrue();
        var done = await again.Get<IRunStore>().UntilAsync(id, now => now.HasEnded);
        done.State.ShouldBe(RunState.Done, $"{done.Error}");
        done.Attempt.ShouldBe(2);
        FilesOf(setup, "locks").ShouldBeEmpty();
        var page = await ReadAsync(again.Client, "/api/v1/databases/shop/backups");
        page.GetProperty("backups").GetArrayLength().ShouldBe(1);
        page.GetProperty("damaged").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_server_that_is_stopped_ends_what_runs_and_the_next_one_runs_it_again()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        RunId id;
        await using (var server = await RunningServer.StartAsync(setup))
        {
            await using var block = await BlockAsync(shop);
            id = (await server.Get<RunQueue>().SubmitAsync(Request("backup", "shop"), default)).Id;
            await server.Get<IRunStore>().UntilAsync(id, run => run.Progress is not null);
        }

        await WithStateAsync(
            setup,
            async (runs, _) => (await runs.FindAsync(id, default))!.State.ShouldBe(RunState.Queued)
        );
        await using var again = await RunningServer.StartAsync(setup);
        var done = await again.Get<IRunStore>().UntilAsync(id, run => run.HasEnded);
        done.State.ShouldBe(RunState.Done);
        done.Attempt.ShouldBe(2);
    }

    private static Task<JsonElement> ReadAsync(HttpClient client, string address) =>
        client.GetFromJsonAsync<JsonElement>(address);

    private static string[] FilesOf(ServerSetup setup, string folder) =>
        Directory.Exists(Path.Join(setup.RepositoryPath(), folder))
            ? Directory.GetFiles(Path.Join(setup.RepositoryPath(), folder), "*", SearchOption.AllDirectories)
            : [];

    private static Run Made(string database)
    {
        var left = Left("backup", attempt: 1);
        return left with
        {
            Request = Request("backup", database),
            State = RunState.Done,
            FinishedAt = left.StartedAt,
            MadeBackup = "20261120T120000Z-abcd",
        };
    }

    [Theory]
    [InlineData("run", 1)]
    [InlineData("skip", 0)]
    public async Task A_backup_that_was_due_while_the_server_was_down_is_made_up_for_or_skipped(
        string missed,
        int expected
    )
    {
        // Half a year from now, so that the next time does not come meanwhile.
        var now = DateTimeOffset.UtcNow;
        var cron = $"0 0 1 {now.AddMonths(6).Month} *";
        using var setup = new ServerSetup().Database(
            "shop",
            await postgres.CreateDatabaseAsync(SampleDatabase.Shop),
            $"schedule:\n  cron: '{cron}'\n  missed: {missed}"
        );
        var lastSeen = now.AddDays(-800);
        await WithStateAsync(
            setup,
            (_, memories) => memories.WriteAsync("shop", new ScheduleMemory { AttendedUntil = lastSeen }, default)
        );

        await using var server = await RunningServer.StartAsync(setup);

        var store = server.Get<IRunStore>();
        var memory = server.Get<ScheduleMemories>();
        await Eventually.Is(async () => (await memory.ReadAsync("shop", default))!.AttendedUntil >= now);
        var backups = await store.FollowedBackupsAsync("shop", expected);
        backups
            .Select(run => run.Request.RequestedBy)
            .ShouldBe(Enumerable.Repeat($"schedule {cron} (missed)", expected));
    }
}
