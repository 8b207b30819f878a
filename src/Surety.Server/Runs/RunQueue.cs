using System.Runtime.CompilerServices;

namespace Surety.Server.Runs;

/// <summary>Takes requests in, and tells how their runs go. What runs is decided in <c>Scheduling</c>: one at a time for a database.</summary>
public sealed class RunQueue(IRunStore runs, IRunLanes lanes, TimeProvider clock)
{
    private static readonly TimeSpan WatchPace = TimeSpan.FromMilliseconds(500);

    /// <summary>Keeps a request as a run, and has it run in its turn. The same idempotency key gives the same run.</summary>
    public async Task<Run> SubmitAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var run = new Run
        {
            Id = RunId.New(now),
            Request = request,
            Lane = lanes.LaneOf(request),
            QueuedAt = now,
        };
        var kept = await runs.AddAsync(run, cancellationToken);
        if (kept.Id == run.Id)
        {
            await lanes.EnqueueAsync(kept, cancellationToken);
        }

        return kept;
    }

    /// <summary>Cancels a run: at once where it waits, else as Ctrl-C does. The first to ask is who cancelled it.</summary>
    /// <returns>
    /// The run as it is then, or null where there is none; and whether this changed it: not where it had ended, or was asked to.
    /// </returns>
    public async Task<(Run? Run, bool IsNew)> CancelAsync(RunId id, string by, CancellationToken cancellationToken)
    {
        var isNew = false;
        var run = await runs.ChangeAsync(id, Cancel, cancellationToken);
        return (run, isNew);

        Run? Cancel(Run run)
        {
            isNew = run is { HasEnded: false, CancelRequested: false };
            if (!isNew)
            {
                return null;
            }

            var now = clock.GetUtcNow();
            var cancelled = run with { CancelRequested = true, CancelRequestedBy = by, CancelRequestedAt = now };
            return run.State == RunState.Queued
                ? cancelled with
                {
                    State = RunState.Cancelled,
                    FinishedAt = now,
                }
                : cancelled;
        }
    }

    /// <summary>A run each time it has changed or got on, the last time when it has ended. Nothing where there is none.</summary>
    public async IAsyncEnumerable<Run> WatchAsync(
        RunId id,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Run? told = null;
        while (await runs.FindAsync(id, cancellationToken) is { } run)
        {
            if (run.Revision != told?.Revision || run.Progress != told.Progress)
            {
                yield return told = run;
            }

            if (run.HasEnded)
            {
                yield break;
            }

            await Task.Delay(WatchPace, clock, cancellationToken);
        }
    }
}

/// <summary>Where runs wait for their turn.</summary>
public interface IRunLanes
{
    /// <summary>The lane of a request: the database's, whatever names it has. Null where it may run beside any other.</summary>
    string? LaneOf(RunRequest request);

    /// <summary>Has a run that is queued run in its turn, on this server or another one.</summary>
    Task EnqueueAsync(Run run, CancellationToken cancellationToken);
}
