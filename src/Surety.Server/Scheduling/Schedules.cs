using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>The schedules of the configuration: what the API and the dashboard show.</summary>
internal sealed class Schedules(
    ServedSchedules schedules,
    IRunStore runs,
    ScheduleMemories memories,
    TimeProvider clock
)
{
    /// <summary>Those of the databases that have one, in the configuration's order.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = new List<ScheduleView>(schedules.All.Count);
        foreach (var schedule in schedules.All)
        {
            views.Add(await ViewAsync(schedule, cancellationToken));
        }

        return views;
    }

    private async Task<ScheduleView> ViewAsync(ServedSchedule schedule, CancellationToken cancellationToken)
    {
        var newest = await runs.NewestBackupAsync(schedule.Database.Name, null, cancellationToken);
        return new ScheduleView
        {
            Database = schedule.Database.Name,
            Rules = schedule.Times.Describe(),
            NextTimes = schedule.Times.Next(clock.GetUtcNow(), newest?.FinishedAt, ScheduleView.MostTimes),
            Missed = schedule.Section.Missed,
            Timeout = schedule.Section.Timeout,
            LastRun = await runs.NewestBackupAsync(schedule.Database.Name, true, cancellationToken),
            Watch = schedule.Section.OnChange is { } watch
                ? await WatchAsync(schedule.Database.Name, watch, cancellationToken)
                : null,
        };
    }

    private async Task<WatchView> WatchAsync(string database, ChangeWatch watch, CancellationToken cancellationToken)
    {
        var memory = await memories.ReadAsync(database, cancellationToken);
        return new WatchView(
            memory?.SeenAt,
            memory?.ChangedAt,
            memory?.QuietSince,
            memory is null ? null : ChangeTracking.DueAt(memory, watch),
            memory?.Error
        );
    }
}
