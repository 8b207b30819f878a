using Quartz;
using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>Which of the servers that run something are gone.</summary>
internal sealed class LiveServers(
    ISchedulerFactory schedulers,
    MissedServersMemory memory,
    ServerNode self,
    ServerSetting setting,
    TimeProvider clock
)
{
    /// <summary>There is a look at each check-in; one may wait for a repository that hangs.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(1);
    private const int Patience = 2;

    /// <summary>
    /// Those that run something and were not among the living at all looks of two check-ins, whichever servers looked: when a
    /// job store comes back after an outage, everybody is late, and the living say so with the next check-in.
    /// </summary>
    public async Task<IReadOnlySet<string>> FindGoneAsync(
        IReadOnlyList<Run> underWay,
        CancellationToken cancellationToken
    )
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var alive = (await scheduler.QueryClusterNodes(cancellationToken))
            .Where(node => node.State != ClusterNodeState.Failed)
            .Select(node => node.InstanceId)
            // Who looks is there, however late with saying so.
            .Append(self.Name)
            .ToHashSet();
        var missed = underWay.Select(run => run.Node).OfType<string>().Where(node => !alive.Contains(node)).ToHashSet();
        if (setting.JobStore is null)
        {
            // A server alone has no others: whatever ran before it started is over.
            return missed;
        }

        var known = await memory.ReadAsync(cancellationToken);
        var now = known.After(missed, clock.GetUtcNow(), Longer(setting.CheckIn * 3, LongestGap));
        if (now.Since.Count > 0 || known.Since.Count > 0)
        {
            await memory.WriteAsync(now, cancellationToken);
        }

        return now.Gone(setting.CheckIn * Patience);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
