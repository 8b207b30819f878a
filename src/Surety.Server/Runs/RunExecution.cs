using Surety.Core.Configuration;
using Surety.Repository.Retention;
using Surety.Server.Health.Metrics;
using Surety.Server.Served;

namespace Surety.Server.Runs;

/// <summary>The story of one run: claims it, runs its command, and keeps what came of it. It never ends without a state.</summary>
internal sealed class RunExecution(
    IRunStore runs,
    SuretyProgram program,
    RunFolder folders,
    SuretySettings settings,
    RepositoryViews views,
    SuretyMeter meter,
    ServerNode node,
    TimeProvider clock,
    ILogger<RunExecution> log
)
{
    private static readonly TimeSpan ProgressPace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CancellationPace = TimeSpan.FromSeconds(1);

    /// <summary>Runs a run that is queued, or that another server left; returns it as it ended. Null where there is nothing to do.</summary>
    public async Task<Run?> ExecuteAsync(RunId id, CancellationToken stopping)
    {
        var claimed = await runs.ChangeAsync(id, Claim, CancellationToken.None);
        if (claimed is not { State: RunState.Running } || claimed.Node != node.Name)
        {
            return null;
        }

        log.Started(id, claimed.Request.Operation, claimed.Request.Database, claimed.Request.RequestedBy);
        Run? ended = null;
        try
        {
            ended = await RunAsync(claimed, stopping);
        }
        catch (Exception e)
        {
            log.Broke(id, e);
            ended = claimed with { State = RunState.Failed, Error = new RunError("internal", e.Message, null) };
        }

        views.Refresh();
        var final = await runs.ChangeAsync(id, now => End(now, ended), CancellationToken.None);
        log.Ended(id, claimed.Request.Operation, claimed.Request.Database, ended.State, ended.Error?.Message);
        meter.Ended(final ?? ended);
        return final;
    }

    private Run? Claim(Run run) =>
        run.State is RunState.Queued or RunState.Interrupted
            ? run with
            {
                State = RunState.Running,
                Node = node.Name,
                Attempt = run.Attempt + 1,
                StartedAt = clock.GetUtcNow(),
                FinishedAt = null,
            }
            : null;

    private Run End(Run now, Run ended) =>
        now with
        {
            State = ended.State,
            ExitCode = ended.ExitCode,
            Result = ended.Result,
            Error = ended.Error,
            Messages = ended.Messages,
            Progress = null,
            FinishedAt = clock.GetUtcNow(),
        };

    private async Task<Run> RunAsync(Run run, CancellationToken stopping)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var over = new CancellationTokenSource();
        await using var telling = new RunTelling(runs, run.Id, ProgressPace, clock);
        var watching = WatchForCancelAsync(run.Id, cancelled, over.Token);
        var arguments = folders.Prepare(run, ArgumentsOf(run.Request));
        try
        {
            var outcome = await program.RunAsync(
                arguments,
                run.Request.RequestedBy,
                run.Request.Timeout,
                telling.Tell,
                cancelled.Token
            );
            return RunOutcome.Of(run, outcome, stopping.IsCancellationRequested) with { Messages = telling.Messages };
        }
        finally
        {
            await over.CancelAsync();
            await watching;
            folders.RemoveScripts(run.Id);
        }
    }

    private List<string> ArgumentsOf(RunRequest request)
    {
        List<string> arguments = [.. request.Operation.Split(' '), .. request.Arguments];
        arguments.AddRange(["--config", settings.FilePath!]);
        if (request.Database is { } database)
        {
            arguments.AddRange(["--db", database]);
        }

        if (request.Repository is { } repository)
        {
            arguments.AddRange(["--repo", repository]);
        }

        arguments.AddRange(["--timeout", DurationText.Of(request.Timeout ?? TimeSpan.Zero)]);
        return arguments;
    }

    /// <summary>Whoever cancels a run may have asked another server.</summary>
    private async Task WatchForCancelAsync(RunId id, CancellationTokenSource cancelled, CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                if (await runs.FindAsync(id, over) is not { CancelRequested: false })
                {
                    await cancelled.CancelAsync();
                    return;
                }

                await Task.Delay(CancellationPace, clock, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
