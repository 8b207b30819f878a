using Surety.Core.Configuration.Serving;
using Surety.Repository.Retention;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>What is seen when a schedule is looked after.</summary>
/// <param name="Now">When.</param>
/// <param name="Newest">The newest backup of the database.</param>
/// <param name="IsBusy">Something runs in its lane, or waits there.</param>
/// <param name="Counters">What its counters say; null where they cannot be read, or nobody asks.</param>
/// <param name="Error">Why they cannot.</param>
internal sealed record Sighting(
    DateTimeOffset Now,
    Run? Newest,
    bool IsBusy,
    string? Counters = null,
    string? Error = null
)
{
    /// <summary>False where nobody asked what the counters say.</summary>
    public bool IsOfChanges => (Counters ?? Error) is not null;
}

/// <summary>What is to be done, and remembered.</summary>
/// <param name="Memory">As it is from now on.</param>
/// <param name="Due">A backup that is due, or null.</param>
/// <param name="Skipped">The time of one that was missed and is skipped, or null.</param>
internal sealed record ScheduleStep(ScheduleMemory Memory, DueBackup? Due = null, DateTimeOffset? Skipped = null);

/// <param name="Rule">Which rule says so, for the journal.</param>
/// <param name="Key">The same for whoever finds the same backup due; null where only one can.</param>
internal sealed record DueBackup(string Rule, string? Key = null);

/// <summary>
/// Decides whether a backup is due. Pure: the same for a server alone and for several, at its time or after an outage.
/// </summary>
internal static class ScheduleDecision
{
    /// <summary>A run that begins within that of its time is on time; later it was missed.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromMinutes(1);

    /// <param name="schedule">Whose turn it may be.</param>
    /// <param name="known">Null the first time: what was due before that is nobody's.</param>
    /// <param name="sighting">What is seen.</param>
    public static ScheduleStep Decide(ServedSchedule schedule, ScheduleMemory? known, Sighting sighting)
    {
        var (section, now) = (schedule.Section, sighting.Now);
        var memory = known ?? new ScheduleMemory { AttendedUntil = now };
        // A clock that was set back must not keep a schedule waiting.
        memory = memory with
        {
            AttendedUntil = memory.AttendedUntil < now ? memory.AttendedUntil : now,
        };
        if (sighting.IsOfChanges)
        {
            memory = ChangeTracking.Track(memory, sighting);
        }

        var cron = schedule.Times.DueCron(memory.AttendedUntil, now, Lateness);
        if (cron is { } time)
        {
            memory = memory with { AttendedUntil = now };
            if (section.Missed == MissedRuns.Skip && (time.IsLate || sighting.IsBusy))
            {
                return new ScheduleStep(memory, Skipped: time.At);
            }
        }

        // One that waits for its turn is the backup that is due.
        return new ScheduleStep(
            memory,
            sighting.Newest is { State: RunState.Queued } ? null : Due(schedule, memory, cron, sighting)
        );
    }

    private static DueBackup? Due(ServedSchedule schedule, ScheduleMemory memory, DueTime? cron, Sighting sighting) =>
        cron is { } time
            ? new DueBackup($"{time.Rule}{(time.IsLate ? " (missed)" : "")}", $"{schedule.Database.Name} {time.At:O}")
        : IsIntervalDue(schedule.Section, sighting)
            ? new DueBackup($"every {DurationText.Of(schedule.Section.Every!.Value)}")
        : schedule.Section.OnChange is { } watch && ChangeTracking.IsDue(memory, watch, sighting)
            ? new DueBackup("after changes")
        : null;

    private static bool IsIntervalDue(ScheduleSection section, Sighting sighting)
    {
        if (section.Every is not { } every || sighting.Newest is { HasEnded: false })
        {
            return false;
        }

        if (sighting.Newest?.FinishedAt is not { } end)
        {
            return true;
        }

        var over = sighting.Now - (end + every);
        // Where missed ones are skipped, the next one is a whole number of intervals after the last.
        return over >= TimeSpan.Zero
            && (section.Missed == MissedRuns.Run || TimeSpan.FromTicks(over.Ticks % every.Ticks) <= Lateness);
    }
}
