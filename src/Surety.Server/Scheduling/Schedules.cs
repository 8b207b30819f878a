using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

/// <summary>The schedules of the configuration: what the API and the dashboard show.</summary>
public sealed class Schedules
{
    private readonly IRunStore runs;
    private readonly TimeProvider clock;

    public Schedules(ServedDatabases databases, IRunStore runs, TimeProvider clock)
    {
        (this.runs, this.clock) = (runs, clock);
        All = [.. databases.All.Select(ServedSchedule.Find).OfType<ServedSchedule>()];
    }

    internal IReadOnlyList<ServedSchedule> All { get; }

    /// <summary>Those of the databases that have one, in the configuration's order.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = new List<ScheduleView>(All.Count);
        foreach (var schedule in All)
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
            Watch = schedule.Section.OnChange is null ? null : new WatchView(null, null, null, null, null),
        };
    }
}
