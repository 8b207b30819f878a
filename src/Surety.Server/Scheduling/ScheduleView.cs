using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>The schedule of one database, and how it stands, at one moment.</summary>
public sealed record ScheduleView
{
    /// <summary>As the configuration calls it.</summary>
    public required string Database { get; init; }

    /// <summary>What the configuration says, for people, one line each: <c>at 30 2 * * * (Europe/Berlin)</c>, <c>every 6h</c>.</summary>
    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>When it is backed up next, at most <see cref="MostTimes"/>, the first one first. Changes cannot be foretold.</summary>
    public required IReadOnlyList<DateTimeOffset> NextTimes { get; init; }

    public required MissedRuns Missed { get; init; }

    /// <summary>After which a run is ended; null for no limit.</summary>
    public required TimeSpan? Timeout { get; init; }

    /// <summary>The newest backup that the schedule asked for, queued and running ones too; null where there is none yet.</summary>
    public required Run? LastRun { get; init; }

    /// <summary>Null where it does not back up after changes.</summary>
    public required WatchView? Watch { get; init; }

    public const int MostTimes = 5;
}

/// <summary>What the watch over a database's changes has seen.</summary>
/// <param name="ReadAt">When the counters were read last, to a minute; null where they never were.</param>
/// <param name="ChangedAt">When the first change was seen that no backup has; null where every change is in a backup.</param>
/// <param name="QuietSince">When the newest of these changes was seen.</param>
/// <param name="DueAt">When it is backed up for them, if nothing more changes; null where it is not.</param>
/// <param name="Error">Why the counters cannot be read at present, or null.</param>
public sealed record WatchView(
    DateTimeOffset? ReadAt,
    DateTimeOffset? ChangedAt,
    DateTimeOffset? QuietSince,
    DateTimeOffset? DueAt,
    string? Error
);
