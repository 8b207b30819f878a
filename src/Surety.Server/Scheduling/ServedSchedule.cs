using Surety.Core.Configuration.Serving;
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
}
