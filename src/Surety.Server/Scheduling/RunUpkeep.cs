using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

/// <summary>
/// Keeps what is kept of runs true, on one of several servers: those that wait have their turn, those of servers that are
/// gone go on or are ended, what follows a backup does, and old ones are forgotten.
/// </summary>
internal sealed class RunUpkeep(
    IRunStore runs,
    IRunLanes lanes,
    LiveServers servers,
    AfterBackups afterBackups,
    ServedDatabases databases,
    TimeProvider clock,
    ILogger<RunUpkeep> log
)
{
    private static readonly TimeSpan KeepRuns = TimeSpan.FromDays(90);
    private static readonly TimeSpan KeepFollowing = TimeSpan.FromDays(1);
    private static readonly TimeSpan TrimPace = TimeSpan.FromHours(1);

    private readonly Dictionary<string, string> failures = [];
    private DateTimeOffset nextTrim;

    public async Task KeepUpAsync(CancellationToken cancellationToken)
    {
        var underWay = await runs.ListAsync(RunFilter.UnderWay, cancellationToken);
        var gone = await servers.FindGoneAsync(underWay, cancellationToken);
        foreach (var run in underWay.Reverse())
        {
            if (run.State == RunState.Queued)
            {
                await lanes.EnqueueAsync(run, cancellationToken);
            }
            else if (gone.Contains(run.Node!))
            {
                await TakeOverAsync(run, cancellationToken);
            }
        }

        foreach (var database in databases.All)
        {
            await TryAsync(
                $"what follows the backups of {database.Name}",
                () => FollowAsync(database, cancellationToken)
            );
        }

        if (clock.GetUtcNow() >= nextTrim)
        {
            nextTrim = clock.GetUtcNow() + TrimPace;
            await runs.TrimAsync(clock.GetUtcNow() - KeepRuns, cancellationToken);
        }
    }

    private async Task FollowAsync(ServedDatabase database, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - KeepFollowing;
        foreach (var backup in await runs.UnfollowedBackupsAsync(database.Name, since, cancellationToken))
        {
            await afterBackups.ContinueAsync(backup, cancellationToken);
        }
    }

    /// <summary>What is wrong with one must not be the trouble of those after it. It is told when it begins, not at every turn.</summary>
    private async Task TryAsync(string task, Func<Task> work)
    {
        try
        {
            await work();
            failures.Remove(task);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (failures.GetValueOrDefault(task) != e.Message)
            {
                log.UpkeepFailed(task, e);
            }

            failures[task] = e.Message;
        }
    }

    private async Task TakeOverAsync(Run run, CancellationToken cancellationToken)
    {
        var after = await runs.ChangeAsync(
            run.Id,
            now =>
                now.State == RunState.Running && now.Node == run.Node && now.Attempt == run.Attempt
                    ? RunTakeover.After(now, clock.GetUtcNow())
                    : null,
            cancellationToken
        );
        if (after is not null)
        {
            log.TakenOver(run.Id, run.Node, after.State);
            if (after.State == RunState.Queued)
            {
                await lanes.EnqueueAsync(after, cancellationToken);
            }
        }
    }
}
