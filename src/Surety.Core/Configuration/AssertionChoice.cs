using Surety.Core.Drill;
using Surety.Core.Postgres;

namespace Surety.Core.Configuration;

/// <summary>
/// Which assertions a drill checks: those of the configured database that the backup is of. A backup knows its database by
/// the name on the server alone.
/// </summary>
internal sealed class AssertionChoice(ConfigurationFile file, IReadOnlyDictionary<string, string?> environment)
{
    /// <param name="chosen">The section that was named, whose assertions are meant whatever its database is called now.</param>
    /// <param name="database">Name of the database that the backup is of.</param>
    public IReadOnlyList<DrillAssertion> Choose(DatabaseSection? chosen, string database)
    {
        List<DatabaseSection> candidates = chosen is not null
            ? [chosen]
            : [.. file.Databases.Values.Where(section => section.Assertions.Count > 0 && IsOf(section, database))];
        return candidates switch
        {
            [] => [],
            [var only] => [.. only.Assertions.Select(Expand)],
            [_, var second, ..] => throw second
                .Assertions[0]
                .Sql.Place.Error(
                    $"several databases are called {database} on their servers and have assertions: "
                        + string.Join(", ", candidates.Select(section => section.Name)),
                    $"choose one: --db {string.Join(", --db ", candidates.Select(section => section.Name))}"
                ),
        };
    }

    private bool IsOf(DatabaseSection section, string database) =>
        ConnectionTargetParser.Parse(section.Url.Expand(environment), environment).Database == database;

    private DrillAssertion Expand(AssertionSection section) =>
        new(
            // Without the values of variables, which can be secrets: reports and the journal show it.
            section.Name?.Written
                ?? section.Sql.Written,
            section.Sql.Expand(environment),
            section.Expect?.Expand(environment) ?? DrillAssertion.True
        );
}
