using Quartz;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>What happens in the lane of a database.</summary>
[DisallowConcurrentExecution]
internal sealed class DatabaseJob(RunExecution execution) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (RunId.TryParse(context.MergedJobDataMap.GetString(RunLanes.RunKey), out var id))
        {
            await execution.ExecuteAsync(id, cancellationToken);
        }
    }
}
