using Quartz;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Retention;

namespace Surety.Server.Scheduling;

/// <summary>
/// When a schedule is due. Times of crontab are those of its time zone's clock: one that a change of the clock leaves out is at
/// the change, and one that comes twice is once.
/// </summary>
internal sealed class ScheduleTimes
{
    private readonly IReadOnlyList<(string Written, CronExpression Expression)> crons;
    private readonly ScheduleSection schedule;

    /// <exception cref="SuretyException"><see cref="ErrorCode.InvalidConfiguration"/>, with file and line.</exception>
    public ScheduleTimes(ScheduleSection schedule)
    {
        this.schedule = schedule;
        crons = [.. schedule.Cron.Select(time => (time.Written, Parse(time, schedule.TimeZone)))];
    }

    /// <summary>In the form that Quartz schedules.</summary>
    public IEnumerable<CronExpression> Crons => crons.Select(cron => cron.Expression);

    /// <summary>The rules, as people read them.</summary>
    public IReadOnlyList<string> Describe()
    {
        var rules = schedule.Cron.Select(time => $"at {time.Written} ({schedule.TimeZone.Id})").ToList();
        if (schedule.Every is { } every)
        {
            rules.Add($"every {DurationText.Of(every)}");
        }

        if (schedule.OnChange is { } watch)
        {
            rules.Add($"after changes, {DurationText.Of(watch.Quiet)} quiet, within {DurationText.Of(watch.Within)}");
        }

        return rules;
    }

    /// <summary>The first time of crontab after a moment; null where there is none.</summary>
    public DateTimeOffset? NextCron(DateTimeOffset after) => Crons.Min(cron => cron.GetNextValidTimeAfter(after));

    /// <summary>The time of crontab that has come since a moment; of several, one that is not late, if there is one.</summary>
    public DueTime? DueCron(DateTimeOffset since, DateTimeOffset now, TimeSpan lateness)
    {
        var onTime = since > now - lateness ? since : now - lateness;
        return FirstCron(onTime, now, isLate: false) ?? FirstCron(since, now, isLate: true);
    }

    /// <summary>The coming times, the first one first, as if every backup took no time.</summary>
    /// <param name="now">Later than this.</param>
    /// <param name="lastEnd">When the newest backup ended, or null.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<DateTimeOffset> Next(DateTimeOffset now, DateTimeOffset? lastEnd, int count)
    {
        var times = new List<DateTimeOffset>(count);
        var (after, end) = (now, lastEnd);
        while (times.Count < count && Earlier(NextCron(after), NextInterval(after, end)) is { } time)
        {
            times.Add(time);
            after = time;
            end = time;
        }

        return times;
    }

    private DueTime? FirstCron(DateTimeOffset since, DateTimeOffset until, bool isLate) =>
        crons
            .Select(cron => (cron.Written, At: cron.Expression.GetNextValidTimeAfter(since)))
            .Where(cron => cron.At <= until)
            .OrderBy(cron => cron.At)
            .Select(cron => new DueTime(cron.Written, cron.At!.Value, isLate))
            .FirstOrDefault();

    private DateTimeOffset? NextInterval(DateTimeOffset now, DateTimeOffset? lastEnd) =>
        schedule.Every is not { } every ? null
        : lastEnd + every is { } due && due > now ? due
        : now;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other
        : other < one ? other
        : one;

    private static CronExpression Parse(CronTime time, TimeZoneInfo zone)
    {
        try
        {
            return CronExpression.Parse(time.Written, CronFormat.Unix).WithTimeZone(zone);
        }
        catch (FormatException e)
        {
            throw time.Error(e.Message);
        }
    }
}

/// <param name="Rule">As the configuration has it.</param>
/// <param name="At">When it was due.</param>
/// <param name="IsLate">It was missed.</param>
internal sealed record DueTime(string Rule, DateTimeOffset At, bool IsLate);
