using Quartz;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>A run has its turn; what follows it is queued behind it.</summary>
internal sealed class RunJob(RunExecution execution, AfterBackups afterBackups, ILogger<RunJob> log) : IJob
{
    public const string RunKey = "run";

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            if (
                RunId.TryParse(context.MergedJobDataMap.GetString(RunKey), out var id)
                && await execution.ExecuteAsync(id) is { HasEnded: true } ended
            )
            {
                await afterBackups.ContinueAsync(ended, CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            // Nothing is lost: the upkeep finds runs that wait, and backups that nothing has followed yet.
            log.UpkeepFailed("a run's turn", e);
        }
    }
}
