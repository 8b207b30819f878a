using System.Security.Claims;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Core.Listing;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Served;

namespace Surety.Server.Operations;

/// <summary>
/// The journals of all repositories, as far as somebody may see them: of a database to whoever may see it, the rest to who
/// sees all. A repository that cannot be read hides none of the others.
/// </summary>
public sealed class SeenJournals(ServedDatabases databases, RepositoryViews views, OperationDesk desk)
{
    /// <param name="principal">Who looks.</param>
    /// <param name="only">Only of this database, by its name in the configuration; null for all that he may see.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="SuretyException">AccessRefused, DatabaseNotFound: of <paramref name="only"/>.</exception>
    public async Task<SeenJournal> ReadAsync(
        ClaimsPrincipal principal,
        string? only,
        CancellationToken cancellationToken
    )
    {
        var seen = only is not null
            ? [desk.FindDatabase(principal, only)]
            : databases.All.Where(database => principal.MayUse(database.Name, AccessRole.Viewer)).ToList();
        var seesAll = only is null && principal.MayUseAll(AccessRole.Viewer);
        var unread = new List<UnreadJournal>();
        var places = Place(seen, unread).GroupBy(placed => placed.Repository.Place);
        var read = await Task.WhenAll(places.Select(place => ReadAsync([.. place], seesAll, cancellationToken)));
        return new SeenJournal(
            [.. read.SelectMany(part => part.Records).OrderByDescending(shown => shown.Record.StartedAt)],
            [.. read.SelectMany(part => part.Damaged)],
            [.. unread, .. read.SelectMany(part => part.Unread)]
        )
        {
            IsBlind = seen.Count > 0 && unread.Count + read.Sum(part => part.Unread.Count) == seen.Count,
        };
    }

    /// <summary>Where their backups are; a configuration that cannot say it of one is told of that one.</summary>
    private static List<PlacedDatabase> Place(IEnumerable<ServedDatabase> seen, List<UnreadJournal> unread)
    {
        var placed = new List<PlacedDatabase>();
        foreach (var database in seen)
        {
            try
            {
                placed.Add(new PlacedDatabase(database, database.DatabaseName, database.Repository));
            }
            catch (SuretyException e)
            {
                unread.Add(new UnreadJournal(database.Name, e));
            }
        }

        return placed;
    }

    private async Task<SeenJournal> ReadAsync(
        IReadOnlyList<PlacedDatabase> placed,
        bool seesAll,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var view = await views.ReadAsync(placed[0].Database, cancellationToken);
            var names = placed.Select(database => database.DatabaseName).ToHashSet();
            var there = view.Backups.Select(backup => backup.Id).ToHashSet();
            return new SeenJournal(
                [
                    .. view
                        .Journal.Records.Where(record => seesAll || (record.Database is { } of && names.Contains(of)))
                        .Select(record => new ShownRecord(record, record.WayBack is { } id && there.Contains(id))),
                ],
                view.Journal.Damaged,
                []
            );
        }
        catch (SuretyException e)
        {
            return new SeenJournal([], [], [.. placed.Select(each => new UnreadJournal(each.Database.Name, e))]);
        }
    }

    private readonly record struct PlacedDatabase(
        ServedDatabase Database,
        string DatabaseName,
        RepositorySetting Repository
    );
}

/// <param name="Records">The newest first.</param>
/// <param name="Damaged">Records that cannot be read: what they told may be missed.</param>
/// <param name="Unread">Databases whose repository cannot be read: all that was done to them is missed.</param>
public sealed record SeenJournal(
    IReadOnlyList<ShownRecord> Records,
    IReadOnlyList<DamagedDocument> Damaged,
    IReadOnlyList<UnreadJournal> Unread
)
{
    /// <summary>True where there are journals, and none could be read.</summary>
    public bool IsBlind { get; init; }
}

/// <param name="Database">By its name in the configuration.</param>
/// <param name="Error">Why.</param>
public sealed record UnreadJournal(string Database, SuretyException Error);
