using System.Data.Common;
using Surety.Repository.Errors;
using Surety.Repository.Storage;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Health;

/// <summary>
/// The one judge of how well databases are protected: health endpoints, the API, pages, metrics and alerts all show what it
/// says. A reading is as fresh as <see cref="RepositoryViews"/> are.
/// </summary>
public sealed class BackupHealth(
    ServedDatabases databases,
    RepositoryViews views,
    StorageCounting storage,
    IRunStore runs,
    TimeProvider clock
)
{
    /// <summary>What does not answer for so long is unreachable: everything else is judged all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const int MostRuns = 10_000;
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(2);

    private RecentReading? recent;

    public async Task<HealthReading> ReadAsync(CancellationToken cancellationToken)
    {
        var judged = await Task.WhenAll(databases.All.Select(database => JudgeAsync(database, cancellationToken)));
        return new HealthReading(clock.GetUtcNow(), [.. judged.Select(pair => pair.Health)])
        {
            RunsUnknown = judged.Select(pair => pair.RunsUnknown).FirstOrDefault(error => error is not null),
        };
    }

    /// <summary>As the other, and at most two seconds old: for those whom nobody knows, who may ask all the time.</summary>
    public async Task<HealthReading> ReadRecentAsync(CancellationToken cancellationToken)
    {
        if (recent is { } known && clock.GetElapsedTime(known.BeganAt) < Recent)
        {
            return known.Reading;
        }

        var began = clock.GetTimestamp();
        recent = new RecentReading(await ReadAsync(cancellationToken), began);
        return recent.Reading;
    }

    /// <summary>One database by itself.</summary>
    public async Task<DatabaseHealth> ReadAsync(ServedDatabase database, CancellationToken cancellationToken) =>
        (await JudgeAsync(database, cancellationToken)).Health;

    private async Task<(DatabaseHealth Health, RunError? RunsUnknown)> JudgeAsync(
        ServedDatabase database,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        var (tried, runsUnknown) = await RunsAsync(database, cancellationToken);
        try
        {
            var view = await views.ReadAsync(database, cancellationToken);
            var facts = new DatabaseFacts(
                database.Name,
                database.DatabaseName,
                view,
                database.Settings.FindTargets(),
                tried,
                now,
                storage.FindLast(database.Repository, view)
            );
            return (DatabaseJudgement.Of(facts), runsUnknown);
        }
        catch (SuretyException e)
        {
            return (Unknown(database, now, RunError.Of(e)), runsUnknown);
        }
    }

    private async Task<(IReadOnlyList<Run> Runs, RunError? Unknown)> RunsAsync(
        ServedDatabase database,
        CancellationToken cancellationToken
    )
    {
        var ofDatabase = new RunFilter
        {
            Database = database.Name,
            Since = clock.GetUtcNow() - Attempts.Period,
            Limit = MostRuns,
        };
        try
        {
            return (
                await runs.ListAsync(ofDatabase, cancellationToken).WaitAsync(Patience, clock, cancellationToken),
                null
            );
        }
        catch (Exception e) when (e is SuretyException or DbException or TimeoutException or IOException)
        {
            var hint = "check the database of server.job-store, and the way there";
            return ([], new RunError("job-store-unreachable", $"the job store cannot be read: {e.Message}", hint));
        }
    }

    private static string NameOf(ServedDatabase database)
    {
        try
        {
            return database.Repository is var setting && setting.Name is { } name ? name
                : setting.Place is FolderPlace folder ? folder.Path
                : "";
        }
        catch (SuretyException)
        {
            // Which repository it is depends on what is not set; the reading says what.
            return "";
        }
    }

    private static DatabaseHealth Unknown(ServedDatabase database, DateTimeOffset now, RunError error) =>
        new()
        {
            Name = database.Name,
            Repository = NameOf(database),
            At = now,
            Targets = database.Settings.FindTargets(),
            Unreachable = error,
            Faults = [HealthFault.Unreachable],
        };

    private sealed record RecentReading(HealthReading Reading, long BeganAt);
}
