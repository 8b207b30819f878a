using Surety.Repository.Errors;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>Works out how databases stand. One whose repository cannot be read hides no other.</summary>
public sealed class Standings(ServedDatabases databases, RepositoryViews views, IRunStore runs, TimeProvider clock)
{
    private const int ShownRuns = 20;

    /// <summary>Those that somebody may see, in the order of the configuration.</summary>
    public async Task<IReadOnlyList<Standing>> ReadAllAsync(
        Func<string, bool> isShown,
        CancellationToken cancellationToken
    ) =>
        await Task.WhenAll(
            databases
                .All.Where(database => isShown(database.Name))
                .Select(database => ReadAsync(database, cancellationToken))
        );

    public async Task<Standing> ReadAsync(ServedDatabase database, CancellationToken cancellationToken)
    {
        var ownRuns = await runs.ListAsync(
            new RunFilter { Database = database.Name, Limit = ShownRuns },
            cancellationToken
        );
        var known = new Standing
        {
            Database = database,
            At = clock.GetUtcNow(),
            Runs = ownRuns,
        };
        try
        {
            var name = database.DatabaseName;
            var view = await views.ReadAsync(database, cancellationToken);
            return known with
            {
                View = view,
                Backups = view.BackupsOf(name),
                Records = [.. view.Journal.Records.Where(record => record.Database == name)],
            };
        }
        catch (SuretyException e)
        {
            return known with { Unreadable = e };
        }
    }
}
