using Surety.Core.Postgres;
using Surety.Server.Runs;
using Surety.Testing;
using Surety.Testing.Files;
using static Surety.ServerTests.Scheduling.RunWaits;

namespace Surety.ServerTests.Scheduling;

[Collection("running servers")]
public sealed class LaneTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Runs_of_one_database_never_overlap_whatever_names_it_has_and_are_in_their_order()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop).Database("same", shop).Section("server:\n  jobs: 4");
        await using var server = await RunningServer.StartAsync(setup);
        var queue = server.Get<RunQueue>();

        var submitted = await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(number => queue.SubmitAsync(Request("backup", number % 2 == 0 ? "shop" : "same"), default))
        );
        var ended = await Task.WhenAll(submitted.Select(run => queue.WaitAsync(run.Id, default)));

        ended.ShouldAllBe(run => run!.State == RunState.Done && run.Lane == "shop" && run.Attempt == 1);
        Overlaps(ended!).ShouldBe(0);
        ended.OrderBy(run => run!.StartedAt).Select(run => run!.QueuedAt).ShouldBeInOrder();
    }

    [Fact]
    public async Task A_backup_that_waits_for_ever_is_ended_at_its_timeout_and_the_next_one_runs()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        Run late;
        await using (await BlockAsync(shop))
        {
            late = await RunAsync(server, TimeSpan.FromSeconds(2));
        }

        late.State.ShouldBe(RunState.Failed);
        late.Error!.Code.ShouldBe("timed-out");
        (await RunAsync(server, null)).State.ShouldBe(RunState.Done);
    }

    [Fact]
    public async Task A_program_that_ignores_everything_is_killed_with_what_it_started()
    {
        using var folder = new TemporaryFolder();
        var (program, children) = (folder.Combine("surety"), folder.Combine("children"));
        await File.WriteAllTextAsync(
            program,
            $"#!/bin/sh\ntrap '' INT TERM HUP\nsleep 600 &\necho $$ $! > {children}\nwhile :; do sleep 1; done\n"
        );
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var setup = new ServerSetup()
            .Database(
                "shop",
                new ConnectionTarget
                {
                    Host = "localhost",
                    Database = "shop",
                    User = "nobody",
                }
            )
            .Section("server:\n  grace: 1s");
        await using var server = await RunningServer.StartAsync(
            setup,
            environment: new Dictionary<string, string?> { ["SURETY_CLI"] = program }
        );

        // Limits begin before the program does, which may take longer on a busy machine: then it has started nothing.
        Run? ended = null;
        await Eventually.Is(async () =>
        {
            ended = await RunAsync(server, TimeSpan.FromSeconds(1));
            return new FileInfo(children) is { Exists: true, Length: > 0 };
        });

        ended!.State.ShouldBe(RunState.Failed);
        ended.Error.ShouldBe(
            new RunError(
                "timed-out",
                "did not end within 1s, and was killed: it did not end when it was told to",
                "what it held is freed by the next operation of the repository, once its lease is over"
            )
        );
        foreach (var id in (await File.ReadAllTextAsync(children)).Split(' ').Select(int.Parse))
        {
            await Eventually.Is(() => !ProcessTable.IsRunning(id));
        }
    }

    [Fact]
    public async Task One_that_waits_is_cancelled_at_once_and_one_that_runs_as_by_ctrl_c()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop);
        await using var server = await RunningServer.StartAsync(setup);
        var (queue, runs) = (server.Get<RunQueue>(), server.Get<IRunStore>());
        await using var block = await BlockAsync(shop);
        var running = await queue.SubmitAsync(Request("backup", "shop"), default);
        var waiting = await queue.SubmitAsync(Request("backup", "shop"), default);
        await runs.UntilAsync(running.Id, run => run.Progress is not null);

        (await queue.CancelAsync(waiting.Id, "test", default)).Run!.State.ShouldBe(RunState.Cancelled);
        await queue.CancelAsync(running.Id, "test", default);

        var ended = (await queue.WaitAsync(running.Id, default))!;
        ended.State.ShouldBe(RunState.Cancelled);
        ended.ExitCode.ShouldBe(130);
        (await runs.FindAsync(waiting.Id, default))!.StartedAt.ShouldBeNull();
    }

    private static async Task<Run> RunAsync(RunningServer server, TimeSpan? timeout)
    {
        var queue = server.Get<RunQueue>();
        var run = await queue.SubmitAsync(Request("backup", "shop") with { Timeout = timeout }, default);
        return (await queue.WaitAsync(run.Id, default))!;
    }
}
