using Surety.Core.Configuration.Serving;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>One look at a schedule: what is known and seen, the decision, and what follows from it.</summary>
internal sealed class ScheduleAttendance(
    IRunStore runs,
    RunQueue queue,
    LaneNames lanes,
    ScheduleMemories memories,
    TimeProvider clock,
    ILogger<ScheduleAttendance> log
)
{
    /// <summary>That nothing has changed is not worth a write at every look.</summary>
    private static readonly TimeSpan MemoryPace = TimeSpan.FromMinutes(1);

    public async Task AttendAsync(ServedSchedule schedule, CancellationToken cancellationToken)
    {
        var name = schedule.Database.Name;
        var known = await memories.ReadAsync(name, cancellationToken);
        var sighting = await LookAsync(schedule, known, cancellationToken);
        if (sighting.Error is { } error && error != known?.Error)
        {
            log.WatchFailed(name, error);
        }

        var step = ScheduleDecision.Decide(schedule, known, sighting);
        if (step.Skipped is { } skipped)
        {
            log.Skipped(name, skipped);
        }

        // First the run, then that it was due: killed in between, the same run is found due and found there.
        if (step.Due is { } due)
        {
            await queue.SubmitAsync(RequestOf(schedule, due), cancellationToken);
        }

        if (step.Memory with { SeenAt = known?.SeenAt } != known || step.Memory.SeenAt - known?.SeenAt > MemoryPace)
        {
            await memories.WriteAsync(name, step.Memory, cancellationToken);
        }
    }

    /// <summary>The counters first: a backup that is queued or running when the runs are read may not have what is counted later.</summary>
    private async Task<Sighting> LookAsync(
        ServedSchedule schedule,
        ScheduleMemory? known,
        CancellationToken cancellationToken
    )
    {
        var (counters, error) = schedule.IsWatchDue(known?.SeenAt, clock.GetUtcNow())
            ? await CountAsync(schedule, cancellationToken)
            : (null, null);
        var name = schedule.Database.Name;
        var newest = await runs.NewestBackupAsync(name, null, cancellationToken);
        var underWay = await runs.ListAsync(RunFilter.UnderWay, cancellationToken);
        var isBusy = underWay.Any(run => run.Lane == lanes.Of(name));
        return new Sighting(clock.GetUtcNow(), newest, isBusy, counters, error);
    }

    private static async Task<(string? Counters, string? Error)> CountAsync(
        ServedSchedule schedule,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await WriteCounters.ReadAsync(schedule.Database.Target, cancellationToken), null);
        }
        catch (SuretyException e)
        {
            return (null, e.Message);
        }
    }

    private static RunRequest RequestOf(ServedSchedule schedule, DueBackup due) =>
        new()
        {
            Operation = BackupRuns.Operation,
            Database = schedule.Database.Name,
            RequestedBy = $"schedule {due.Rule}",
            IdempotencyKey = due.Key is null ? null : $"schedule {due.Key}",
            IsScheduled = true,
            IsOnce = schedule.Section.Missed == MissedRuns.Skip,
            Timeout = schedule.Section.Timeout,
        };
}
