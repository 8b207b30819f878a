using Quartz;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>
/// One lane for each database: Quartz never runs one job twice at once, on any of the servers that share a job store, and the
/// run store lets no two runs of a lane run. What needs no database waits for nobody.
/// </summary>
internal sealed class RunLanes(ISchedulerFactory schedulers, LaneNames lanes) : IRunLanes
{
    public const string Group = "runs";

    private static readonly JobKey Free = new("free", "lanes");

    public string? LaneOf(RunRequest request) => request.Database is { } database ? lanes.Of(database) : null;

    /// <summary>
    /// Does nothing where the run waits for its turn already. One of a database that the configuration no longer has is run
    /// beside the others, and says so.
    /// </summary>
    public async Task EnqueueAsync(Run run, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken);
        var trigger = TriggerBuilder
            .Create()
            .WithIdentity(run.Id.ToString(), Group)
            .ForJob(KeyOf(lanes.All.Contains(run.Lane) ? run.Lane : null))
            .UsingJobData(RunJob.RunKey, run.Id.ToString())
            .WithExecutionGroup(Group)
            // The one that was queued first is run first, however long both have waited.
            .StartAt(run.QueuedAt)
            .WithSchedule(
                SimpleScheduleBuilder.Create().WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires)
            )
            .Build();
        await scheduler.ScheduleTrigger(trigger, TriggerConflict.Keep, cancellationToken);
    }

    public static JobKey KeyOf(string? lane) => lane is null ? Free : new JobKey(lane, "lanes");
}
