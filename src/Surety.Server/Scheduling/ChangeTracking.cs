using Surety.Core.Configuration.Serving;
using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>
/// Finds out from a database's counters whether something was written that no backup has. Counters are compared for equality
/// alone: where statistics were reset or lost, something may have been written. Those of a backup were read before it began,
/// so that what is written meanwhile is never taken for backed up.
/// </summary>
internal static class ChangeTracking
{
    public static ScheduleMemory Track(ScheduleMemory known, Sighting sighting)
    {
        if (sighting.Counters is not { } counters)
        {
            return known with { Error = sighting.Error };
        }

        var memory = WithNewest(known with { Error = null }, sighting.Newest, counters);
        var isUnderWay = sighting.Newest is { HasEnded: false } newest && memory.Pending == newest.Id;
        var isSame = counters == (isUnderWay ? memory.PendingCounters : memory.BackedUp);
        return memory with
        {
            Seen = counters,
            SeenAt = sighting.Now,
            ChangedAt = isSame ? null : memory.ChangedAt ?? sighting.Now,
            QuietSince =
                isSame ? null
                : counters != memory.Seen ? sighting.Now
                : memory.QuietSince ?? sighting.Now,
        };
    }

    /// <summary>When what was changed is backed up, if nothing more changes; null where nothing was.</summary>
    public static DateTimeOffset? DueAt(ScheduleMemory memory, ChangeWatch watch)
    {
        var quiet = memory.QuietSince + watch.Quiet;
        var latest = memory.ChangedAt + watch.Within;
        return quiet < latest ? quiet : latest;
    }

    public static bool IsDue(ScheduleMemory memory, ChangeWatch watch, Sighting sighting) =>
        sighting is { IsOfChanges: true, Newest: not { HasEnded: false } }
        && DueAt(memory, watch) <= sighting.Now
        && !(IsFailure(sighting.Newest) && sighting.Newest!.FinishedAt + watch.Within > sighting.Now);

    /// <summary>One that failed is tried again, but not at once and for ever.</summary>
    private static bool IsFailure(Run? newest) => newest is { MadeBackup: null };

    private static ScheduleMemory WithNewest(ScheduleMemory memory, Run? newest, string counters)
    {
        if (newest is null)
        {
            return memory;
        }

        if (newest.State == RunState.Queued)
        {
            // It was queued after the counters were read, so it begins after that too.
            return memory with { Pending = newest.Id, PendingCounters = counters };
        }

        if (memory.Pending != newest.Id)
        {
            memory = memory with
            {
                Pending = newest.Id,
                PendingCounters = memory.SeenAt < newest.StartedAt ? memory.Seen : null,
            };
        }

        return newest.MadeBackup is not null && memory.PendingCounters is { } before
            ? memory with
            {
                BackedUp = before,
                PendingCounters = null,
            }
            : memory;
    }
}
