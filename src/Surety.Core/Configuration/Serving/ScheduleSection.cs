namespace Surety.Core.Configuration.Serving;

/// <summary>What happens to a run that was due while the server was down or the database busy.</summary>
public enum MissedRuns
{
    /// <summary>Once, as soon as can be, however many were missed.</summary>
    Run,
    Skip,
}

/// <summary>When <c>surety serve</c> backs a database up, as <c>schedule</c> says.</summary>
/// <param name="Cron">Five fields each, as crontab(5) has them.</param>
/// <param name="TimeZone">Of <paramref name="Cron"/>; UTC where none is named.</param>
/// <param name="Every">Counted from the end of the last run; null for none.</param>
/// <param name="OnChange">Watches for changes; null where it does not.</param>
/// <param name="Missed">What happens to runs that could not be.</param>
/// <param name="Timeout">After which a run is ended; null for no limit.</param>
public sealed record ScheduleSection(
    IReadOnlyList<CronTime> Cron,
    TimeZoneInfo TimeZone,
    TimeSpan? Every,
    ChangeWatch? OnChange,
    MissedRuns Missed,
    TimeSpan? Timeout
)
{
    /// <summary>Of runs for which nothing is configured.</summary>
    public static readonly TimeSpan StandardTimeout = TimeSpan.FromMinutes(30);
    private static readonly string[] Keys = ["cron", "time-zone", "every", "on-change", "missed", "timeout"];

    /// <summary>Null where the database has none: it is backed up when somebody asks for it.</summary>
    internal static ScheduleSection? Read(ConfigurationNode? node)
    {
        if (node?.Entries(Keys) is not { } fields)
        {
            return null;
        }

        var timeout = fields.TimerDuration("timeout", "30m, or 0 for none") ?? StandardTimeout;
        return new ScheduleSection(
            [.. fields.Texts("cron").Select(value => new CronTime(value))],
            ZoneOf(fields.Text("time-zone")),
            fields.LastingDuration("every", "6h"),
            ChangeWatch.Read(fields.GetValueOrDefault("on-change")),
            fields.Word<MissedRuns>("missed") ?? MissedRuns.Run,
            timeout == TimeSpan.Zero ? null : timeout
        );
    }

    private static TimeZoneInfo ZoneOf(ConfigurationValue? value) =>
        value is null ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(value.Written, out var zone) ? zone
        : throw value.Place.Error(
            $"{value.Place.Key} knows no time zone '{value.Written}'",
            "write it as Europe/Berlin"
        );
}

/// <summary>Backs up after changes, once the database is quiet.</summary>
/// <param name="Quiet">How long nothing may have changed.</param>
/// <param name="Within">After a first change, the longest wait for quiet.</param>
/// <param name="Poll">How often the database's counters are read.</param>
public sealed record ChangeWatch(TimeSpan Quiet, TimeSpan Within, TimeSpan Poll)
{
    private static readonly string[] Keys = ["quiet", "within", "poll"];

    internal static ChangeWatch? Read(ConfigurationNode? node)
    {
        if (node?.Entries(Keys) is not { } fields)
        {
            return null;
        }

        var watch = new ChangeWatch(
            fields.LastingDuration("quiet", "1m") ?? TimeSpan.FromMinutes(1),
            fields.LastingDuration("within", "15m") ?? TimeSpan.FromMinutes(15),
            fields.LastingDuration("poll", "10s") ?? TimeSpan.FromSeconds(10)
        );
        return watch.Within >= watch.Quiet
            ? watch
            : throw node.Place.Error(
                $"{node.Place.Key}.within is shorter than quiet",
                "give it the longest time that a change may wait for its backup"
            );
    }
}
