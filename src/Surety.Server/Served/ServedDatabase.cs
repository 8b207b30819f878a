using Surety.Core.Configuration;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Server.Served;

/// <summary>One database of the configuration.</summary>
/// <param name="Name">As the configuration calls it; pages, the API and schedules do too.</param>
/// <param name="Settings">Those of <c>--db NAME</c>.</param>
public sealed record ServedDatabase(string Name, SuretySettings Settings)
{
    /// <summary>How to reach it; errors as <see cref="ConnectionTargetParser"/>.</summary>
    public ConnectionTarget Target =>
        ConnectionTargetParser.Parse(Settings.FindDatabase().Connection, Settings.Environment, _ => { });

    /// <summary>Its name on its server, as manifests have it.</summary>
    public string DatabaseName => Target.Database;

    public RepositorySetting Repository => Settings.FindRepository();

    /// <summary>As <see cref="Repository"/>; null where which one it is depends on what is not set. The judge tells what.</summary>
    public RepositorySetting? FindRepository()
    {
        try
        {
            return Repository;
        }
        catch (SuretyException)
        {
            return null;
        }
    }
}

/// <summary>The databases of the configuration, in its order.</summary>
public sealed class ServedDatabases(SuretySettings settings)
{
    public IReadOnlyList<ServedDatabase> All { get; } =
    [.. settings.DatabaseNames.Select(name => new ServedDatabase(name, settings.ForDatabase(name)))];

    /// <summary>Null where the configuration names none so.</summary>
    public ServedDatabase? Find(string name) => All.FirstOrDefault(database => database.Name == name);
}
