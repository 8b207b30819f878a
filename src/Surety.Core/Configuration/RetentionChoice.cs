using Surety.Repository.Retention;

namespace Surety.Core.Configuration;

/// <summary>
/// Which rules hold for a database: its own, else those for all. A backup knows its database by the name on the server
/// alone.
/// </summary>
internal sealed class RetentionChoice(ConfigurationFile file, IReadOnlyDictionary<string, string?> environment)
{
    /// <param name="database">Name of the database that backups are of.</param>
    /// <returns>Rules that keep everything where there are none.</returns>
    public RetentionRules Choose(string database)
    {
        var own = file.Databases.Values.Where(section =>
            section.Retention is not null && section.IsOf(database, environment)
        );
        return own.ToList() switch
        {
            [] => file.Retention ?? new RetentionRules(),
            [var only] => only.Retention!,
            [var first, .. var others] => others.All(other => other.Retention == first.Retention)
                ? first.Retention!
                : throw first.Url.Place.Error(
                    $"several databases are called {database} on their servers and have rules of retention: "
                        + string.Join(", ", own.Select(section => section.Name)),
                    "give the rules once, or on the command line"
                ),
        };
    }
}
