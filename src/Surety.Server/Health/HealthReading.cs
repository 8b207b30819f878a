using Surety.Server.Runs;

namespace Surety.Server.Health;

/// <summary>All databases of the configuration, in its order, at one moment.</summary>
public sealed record HealthReading(DateTimeOffset At, IReadOnlyList<DatabaseHealth> Databases)
{
    /// <summary>Why the store of runs could not be read: what the journal does not say is not known then. Null where it was.</summary>
    public RunError? RunsUnknown { get; init; }

    public bool IsWell => Databases.All(database => database.IsWell);

    /// <summary>Null where the configuration names none so.</summary>
    public DatabaseHealth? Find(string name) => Databases.FirstOrDefault(database => database.Name == name);
}
