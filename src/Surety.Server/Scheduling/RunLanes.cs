using Quartz;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>
/// One lane for each database: Quartz never runs one job twice at once, on any of the servers that share a job store, so no
/// two runs of one database overlap. What needs no database waits for nobody.
/// </summary>
internal sealed class RunLanes(ISchedulerFactory schedulers) : IRunLanes
{
    internal const string Group = "databases";
    internal const string RunKey = "run";

    public async Task EnqueueAsync(Run run, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var trigger = TriggerBuilder
            .Create()
            .WithIdentity(run.Id.ToString(), "runs")
            .ForJob(run.Request.Database is { } database ? KeyOf(database) : FreeRunJob.Key)
            .UsingJobData(RunKey, run.Id.ToString())
            .StartNow()
            .Build();
        await scheduler.ScheduleJob(trigger, cancellationToken: cancellationToken);
    }

    public static JobKey KeyOf(string database) => new(database, Group);
}
