using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;

namespace Surety.ServerTests.Runs;

/// <summary>Of a server that has not started, so that nobody but the test gives runs their turn.</summary>
public sealed class RunClaimTests : IDisposable
{
    private readonly ServerSetup setup = new ServerSetup().Database("shop", Unreached.Database());

    [Fact]
    public async Task A_claim_of_which_nobody_knows_whether_it_was_kept_is_given_back()
    {
        await using var app = await RunningServer.BuildAsync(setup);
        var store = new UnsureStore(app.Services.GetRequiredService<IRunStore>());
        var execution = ActivatorUtilities.CreateInstance<RunExecution>(app.Services, store);
        var run = await store.AddAsync(New, default);

        store.LoseAnswers(2);
        (await execution.ExecuteAsync(run.Id)).ShouldBeNull();

        var waiting = (await store.FindAsync(run.Id, default))!;
        waiting.State.ShouldBe(RunState.Queued);
        waiting.Node.ShouldBeNull();
        var ended = (await execution.ExecuteAsync(run.Id))!;
        ended.State.ShouldBe(RunState.Failed, "its database is not there");
        ended.Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task What_this_server_runs_already_has_no_second_turn()
    {
        await using var app = await RunningServer.BuildAsync(setup);
        var store = app.Services.GetRequiredService<IRunStore>();
        var execution = ActivatorUtilities.CreateInstance<RunExecution>(app.Services);
        var running = New with
        {
            State = RunState.Running,
            Node = app.Services.GetRequiredService<ServerNode>().Name,
            Attempt = 1,
        };
        await store.AddAsync(running, default);

        (await execution.ExecuteAsync(running.Id)).ShouldBeNull();

        (await store.FindAsync(running.Id, default))!.State.ShouldBe(RunState.Running);
    }

    public void Dispose() => setup.Dispose();

    private static Run New { get; } =
        new()
        {
            Id = RunId.New(DateTimeOffset.UtcNow),
            Request = RunWaits.Request("backup", "shop"),
            QueuedAt = DateTimeOffset.UtcNow,
        };

    /// <summary>Keeps changes, and says that it does not know.</summary>
    private sealed class UnsureStore(IRunStore store) : IRunStore
    {
        private int lost;

        public void LoseAnswers(int count) => lost = count;

        public async Task<Run?> ChangeAsync(RunId id, Func<Run, Run?> change, CancellationToken cancellationToken)
        {
            var after = await store.ChangeAsync(id, change, cancellationToken);
            return Interlocked.Decrement(ref lost) < 0
                ? after
                : throw new NpgsqlException("the connection ended before COMMIT was answered");
        }

        public Task<Run> AddAsync(Run run, CancellationToken cancellationToken) =>
            store.AddAsync(run, cancellationToken);

        public Task<Run?> FindAsync(RunId id, CancellationToken cancellationToken) =>
            store.FindAsync(id, cancellationToken);

        public Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellationToken) =>
            store.ListAsync(filter, cancellationToken);

        public Task TellAsync(RunId id, RunProgress progress, CancellationToken cancellationToken) =>
            store.TellAsync(id, progress, cancellationToken);

        public Task<IReadOnlyList<RunId>> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
            store.TrimAsync(before, cancellationToken);
    }
}
