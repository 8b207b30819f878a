using Quartz;
using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>Which of the servers that run something are gone.</summary>
internal sealed class LiveServers(ISchedulerFactory schedulers, ServerSetting setting, TimeProvider clock)
{
    private readonly Dictionary<string, DateTimeOffset> missedSince = [];

    /// <summary>
    /// Those that run something and were not among the living at two looks, two check-ins apart: when a job store comes back
    /// after an outage, everybody is late, and the living say so with the next check-in.
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
            .ToHashSet();
        var missed = underWay.Select(run => run.Node).OfType<string>().Where(node => !alive.Contains(node)).ToHashSet();
        var now = clock.GetUtcNow();
        foreach (var back in missedSince.Keys.Except(missed).ToList())
        {
            missedSince.Remove(back);
        }

        foreach (var node in missed)
        {
            missedSince.TryAdd(node, now);
        }

        // A server alone has no others: whatever ran before it started is over.
        var patience = setting.JobStore is null ? TimeSpan.Zero : setting.CheckIn * 2;
        return missed.Where(node => now - missedSince[node] >= patience).ToHashSet();
    }
}
