using Quartz;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>Runs what concerns no database; any number at once.</summary>
internal sealed class FreeRunJob(RunExecution execution) : IJob
{
    public static JobKey Key { get; } = new("free", "runs");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (RunId.TryParse(context.MergedJobDataMap.GetString(RunLanes.RunKey), out var id))
        {
            await execution.ExecuteAsync(id, cancellationToken);
        }
    }
}
