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
    IHostApplicationLifetime server,
    TimeProvider clock,
    ILogger<RunExecution> log
)
{
    private static readonly TimeSpan ProgressPace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StorePace = TimeSpan.FromSeconds(1);

    /// <summary>For others to leave the repository: a prune waits for backups, and backups for a prune.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>How long a server that stops tries to keep what became of its runs.</summary>
    private static readonly TimeSpan LastTries = TimeSpan.FromSeconds(10);

    /// <summary>Runs a run that is queued; returns it as it ended. Null where there is nothing to do, or it is not its turn.</summary>
    public async Task<Run?> ExecuteAsync(RunId id)
    {
        if (server.ApplicationStopping.IsCancellationRequested)
        {
            return null;
        }

        if (await TryClaimAsync(id) is not { } claimed)
        {
            return null;
        }

        log.Started(id, claimed.Request.Operation, claimed.Request.Database, claimed.Request.RequestedBy);
        Run ended;
        try
        {
            ended = await RunAsync(claimed, server.ApplicationStopping);
        }
        catch (Exception e)
        {
            log.Broke(id, e);
            ended = claimed with { State = RunState.Failed, Error = new RunError("internal", e.Message, null) };
        }

        views.Refresh();
        log.Ended(id, claimed.Request.Operation, claimed.Request.Database, ended.State, ended.Error?.Message ?? "");
        var kept = await KeepAsync(id, now => IsOurs(now, claimed) ? End(now, ended) : null);
        meter.Ended(kept ?? ended);
        return kept;
    }

    /// <summary>Null where it is not this turn's: it is gone, has ended, runs already, or another of its lane does.</summary>
    private async Task<Run?> TryClaimAsync(RunId id)
    {
        Run? mine = null;
        try
        {
            var now = await runs.ChangeAsync(id, run => mine = Claim(run), CancellationToken.None);
            return now is not null && mine is not null && IsOurs(now, mine) ? now : null;
        }
        catch (Exception e) when (mine is not null)
        {
            // The store may have kept it and died before it said so. Then it would run nowhere and keep its lane for ever.
            log.StoreFailed(id, e.Message);
            await KeepAsync(id, now => IsOurs(now, mine) ? GiveBack(now) : null);
            return null;
        }
    }

    private Run? Claim(Run run) =>
        run.State is RunState.Queued
            ? run with
            {
                State = RunState.Running,
                Node = node.Name,
                Attempt = run.Attempt + 1,
                StartedAt = clock.GetUtcNow(),
                FinishedAt = null,
            }
            : null;

    private static Run GiveBack(Run run) =>
        run with
        {
            State = RunState.Queued,
            Node = null,
            Attempt = run.Attempt - 1,
            StartedAt = null,
        };

    /// <summary>False where another server took it over, because this one could not be seen for a while.</summary>
    private static bool IsOurs(Run now, Run claimed) =>
        now.State == RunState.Running && now.Node == claimed.Node && now.Attempt == claimed.Attempt;

    private Run End(Run now, Run ended)
    {
        var at = clock.GetUtcNow();
        var run = now with
        {
            State = ended.State,
            ExitCode = ended.ExitCode,
            Result = ended.Result,
            MadeBackup = ended.MadeBackup,
            Error = ended.Error,
            Messages = [.. now.Messages.Concat(ended.Messages).TakeLast(Run.MostMessages)],
            Progress = null,
            FinishedAt = at,
        };
        return ended.State == RunState.Interrupted ? RunTakeover.After(run, at) : run;
    }

    private async Task<Run> RunAsync(Run run, CancellationToken stopping)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var over = new CancellationTokenSource();
        await using var telling = new RunTelling(runs, run.Id, ProgressPace, clock);
        var watching = WatchForCancelAsync(run, cancelled, over.Token);
        try
        {
            var outcome = await program.RunAsync(
                folders.Prepare(run, ArgumentsOf(run.Request)),
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
            folders.Leave(run.Id);
        }
    }

    private List<string> ArgumentsOf(RunRequest request)
    {
        List<string> arguments = [request.Operation, .. request.Arguments];
        arguments.AddRange(["--config", settings.FilePath!]);
        if (request.Database is { } database)
        {
            arguments.AddRange(["--db", database]);
        }

        arguments.AddRange(["--timeout", DurationText.Of(request.Timeout ?? TimeSpan.Zero)]);
        arguments.AddRange([
            "--wait",
            DurationText.Of(request.Timeout < LongestWait ? request.Timeout.Value : LongestWait),
        ]);
        return arguments;
    }

    /// <summary>Whoever cancels a run may have asked another server.</summary>
    private async Task WatchForCancelAsync(Run claimed, CancellationTokenSource cancelled, CancellationToken over)
    {
        using var pace = new PeriodicTimer(StorePace, clock);
        try
        {
            while (await pace.WaitForNextTickAsync(over))
            {
                if (await IsToEndAsync(claimed, over))
                {
                    await cancelled.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>A store that does not answer ends nothing.</summary>
    private async Task<bool> IsToEndAsync(Run claimed, CancellationToken over)
    {
        try
        {
            var now = await runs.FindAsync(claimed.Id, over);
            return now is null or { CancelRequested: true } || !IsOurs(now, claimed);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.StoreFailed(claimed.Id, e.Message);
            return false;
        }
    }

    /// <summary>Keeps what became of a run, however long the store is not there; it has happened.</summary>
    private async Task<Run?> KeepAsync(RunId id, Func<Run, Run?> change)
    {
        DateTimeOffset? last = null;
        while (true)
        {
            try
            {
                return await runs.ChangeAsync(id, change, CancellationToken.None);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.StoreFailed(id, e.Message);
                if (server.ApplicationStopping.IsCancellationRequested)
                {
                    last ??= clock.GetUtcNow() + LastTries;
                }

                if (clock.GetUtcNow() > last)
                {
                    throw;
                }
            }

            await Task.Delay(StorePace, clock);
        }
    }
}
