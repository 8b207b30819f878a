using Surety.Repository.Errors;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

/// <summary>Names of the configuration that mean one database have one lane.</summary>
internal sealed class LaneNames
{
    private readonly Dictionary<string, string> lanes;

    public LaneNames(ServedDatabases databases)
    {
        lanes = databases
            .All.GroupBy(PlaceOf)
            .SelectMany(group => group.Select(database => (database.Name, Lane: group.First().Name)))
            .ToDictionary(pair => pair.Name, pair => pair.Lane);
        All = lanes.Values.ToHashSet<string?>();
    }

    public IReadOnlySet<string?> All { get; }

    /// <param name="database">A name of the configuration.</param>
    public string Of(string database) => lanes.GetValueOrDefault(database, database);

    /// <summary>By its address: what two addresses of one server have in common is not known here.</summary>
    private static string PlaceOf(ServedDatabase database)
    {
        try
        {
            var target = database.Target;
            return $"{target.Endpoint} {target.Database}";
        }
        catch (SuretyException)
        {
            // Its runs will say what is wrong with it.
            return $"name {database.Name}";
        }
    }
}
