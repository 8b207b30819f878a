using Quartz;

namespace Surety.Server.Scheduling;

[DisallowConcurrentExecution]
internal sealed class UpkeepJob(RunUpkeep upkeep, ILogger<UpkeepJob> log) : IJob
{
    public static JobKey Key { get; } = new("runs", "upkeep");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await upkeep.KeepUpAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.UpkeepFailed("the upkeep of runs", e);
        }
    }
}
