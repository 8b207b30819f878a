using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

/// <summary>A database with its schedule.</summary>
internal sealed record ServedSchedule(ServedDatabase Database, ScheduleSection Section, ScheduleTimes Times)
{
    /// <summary>Null where it has none.</summary>
    public static ServedSchedule? Find(ServedDatabase database) =>
        database.Settings.FindSchedule() is { } section
            ? new ServedSchedule(database, section, new ScheduleTimes(section))
            : null;

    /// <summary>How often it is looked after, besides at the times of crontab.</summary>
    public TimeSpan Pace =>
        Section.OnChange is not { Poll: var poll } ? PaceOfInterval
        : Section.Every is null || poll < PaceOfInterval ? poll
        : PaceOfInterval;

    /// <summary>True where the counters are to be read at this look: it may be one for the interval alone.</summary>
    /// <param name="seenAt">When they were read last; null for never.</param>
    /// <param name="now">Of this look.</param>
    public bool IsWatchDue(DateTimeOffset? seenAt, DateTimeOffset now) =>
        Section.OnChange is { Poll: var poll }
        // A clock that was set back must not keep changes waiting.
        && (poll <= Pace || seenAt is not { } seen || seen > now || seen + poll <= now);

    private TimeSpan PaceOfInterval =>
        Section.Every / 4 is not { } quarter || quarter > Longest ? Longest
        : quarter < Shortest ? Shortest
        : quarter;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
}

/// <summary>The schedules of the configuration, in its order.</summary>
internal sealed class ServedSchedules(ServedDatabases databases)
{
    /// <exception cref="SuretyException">A time is none, with file and line.</exception>
    public IReadOnlyList<ServedSchedule> All { get; } =
    [.. databases.All.Select(ServedSchedule.Find).OfType<ServedSchedule>()];
}
