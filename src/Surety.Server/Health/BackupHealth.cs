using Surety.Repository.Errors;
using Surety.Repository.Storage;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Health;

/// <summary>
/// The one judge of how well databases are protected: health endpoints, the API, pages, metrics and alerts all show what it
/// says. A reading is as fresh as <see cref="RepositoryViews"/> are.
/// </summary>
public sealed class BackupHealth(ServedDatabases databases, RepositoryViews views, IRunStore runs, TimeProvider clock)
{
    /// <summary>A repository that does not answer for so long is unreachable: others are judged all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const int MostRuns = 10_000;

    public async Task<HealthReading> ReadAsync(CancellationToken cancellationToken)
    {
        var judged = await Task.WhenAll(databases.All.Select(database => ReadAsync(database, cancellationToken)));
        return new HealthReading(clock.GetUtcNow(), judged);
    }

    /// <summary>One database by itself.</summary>
    public async Task<DatabaseHealth> ReadAsync(ServedDatabase database, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var repository = "";
        try
        {
            repository = NameOf(database);
            var view = await ViewAsync(database, cancellationToken);
            var facts = new DatabaseFacts(
                database.Name,
                database.DatabaseName,
                view,
                database.Settings.FindTargets(),
                await runs.ListAsync(new RunFilter { Database = database.Name, Limit = MostRuns }, cancellationToken),
                now
            );
            return DatabaseJudgement.Of(facts);
        }
        catch (SuretyException e)
        {
            return Unknown(database, repository, now, RunError.Of(e));
        }
    }

    private async Task<RepositoryView> ViewAsync(ServedDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await views.ReadAsync(database, cancellationToken).WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new SuretyException(
                ErrorCode.RepositoryUnreachable,
                $"the repository did not answer within {Patience.TotalSeconds} s; nothing is known of its backups",
                "check the disk or the network that it is on",
                e
            );
        }
    }

    private static string NameOf(ServedDatabase database) =>
        database.Repository is var setting && setting.Name is { } name ? name
        : setting.Place is FolderPlace folder ? folder.Path
        : "";

    private static DatabaseHealth Unknown(
        ServedDatabase database,
        string repository,
        DateTimeOffset now,
        RunError error
    ) =>
        new()
        {
            Name = database.Name,
            Repository = repository,
            At = now,
            Targets = database.Settings.FindTargets(),
            Unreachable = error,
            Faults = [HealthFault.Unreachable],
        };
}
