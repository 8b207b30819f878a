using Quartz;

namespace Surety.Server.Scheduling;

/// <summary>Looks after the schedule of one database, at its times and at its pace; on one of several servers.</summary>
[DisallowConcurrentExecution]
internal sealed class AttendanceJob(
    ScheduleAttendance attendance,
    ServedSchedules schedules,
    ILogger<AttendanceJob> log
) : IJob
{
    public static JobKey KeyOf(string database) => new(database, "schedules");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var database = context.JobDetail.Key.Name;
        try
        {
            if (schedules.All.FirstOrDefault(schedule => schedule.Database.Name == database) is { } schedule)
            {
                await attendance.AttendAsync(schedule, cancellationToken);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.UpkeepFailed($"the schedule of {database}", e);
        }
    }
}
