using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Live;

/// <summary>What a database tells about the objects that scripts do something to. It never lowers what a statement is rated.</summary>
public sealed record LiveFacts
{
    // By what scripts name; a name that means nothing there has one that is not there.
    private readonly ILookup<TouchedObject, LiveObject> objects;

    internal LiveFacts(ILookup<TouchedObject, LiveObject> objects) => this.objects = objects;

    /// <summary>Its name on the server.</summary>
    public required string Database { get; init; }
    public required string ServerVersion { get; init; }

    /// <summary>The way back that there is now.</summary>
    public required BackupStanding Backup { get; init; }

    /// <summary>What a statement does something to.</summary>
    public IReadOnlyList<LiveObject> Of(RatedStatement statement) =>
        [.. statement.Touched.SelectMany(touched => objects[touched]).DistinctBy(found => found.Name)];
}

/// <summary>An object of a database, as it is now.</summary>
/// <param name="Name">With its schema, and quoted where needed; of one that is not there, as the script has it.</param>
/// <param name="Kind">As PostgreSQL calls it: <c>table</c>, <c>materialized view</c>; null where it is not there.</param>
/// <param name="SizeBytes">With its indexes and what is stored beside it; null for what takes no place.</param>
/// <param name="Rows">What the statistics estimate; null where there are none yet, or no rows.</param>
/// <param name="Dependents">How many objects depend on it directly, its own parts apart.</param>
/// <param name="DependentNames">The first of them: <c>view public.phones</c>.</param>
public sealed record LiveObject(
    string Name,
    string? Kind,
    long? SizeBytes,
    long? Rows,
    int Dependents,
    IReadOnlyList<string> DependentNames
)
{
    public bool Exists => Kind is not null;
}
