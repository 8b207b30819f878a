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

    /// <summary>Some may have been cancelled, or only plans.</summary>
    private const int FewRuns = 10;
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(2);

    private readonly Lock turn = new();
    private RecentReading? recent;

    public async Task<HealthReading> ReadAsync(CancellationToken cancellationToken)
    {
        var judged = await Task.WhenAll(databases.All.Select(database => JudgeAsync(database, cancellationToken)));
        return new HealthReading(clock.GetUtcNow(), [.. judged.Select(pair => pair.Health)])
        {
            RunsUnknown = judged.Select(pair => pair.RunsUnknown).FirstOrDefault(error => error is not null),
        };
    }

    /// <summary>
    /// As the other, and at most two seconds old, for those whom nobody knows and who may ask all the time: all who ask
    /// meanwhile share one reading, which belongs to none of them.
    /// </summary>
    public Task<HealthReading> ReadRecentAsync(CancellationToken cancellationToken)
    {
        lock (turn)
        {
            if (recent is null || (recent.Reading.IsCompleted && clock.GetElapsedTime(recent.BeganAt) >= Recent))
            {
                recent = new RecentReading(Task.Run(() => ReadAsync(CancellationToken.None)), clock.GetTimestamp());
            }

            return recent.Reading.WaitAsync(cancellationToken);
        }
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
                database.Settings.FindAfterBackup().CopyTo,
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
        try
        {
            return (
                await TriedAsync(database.Name, cancellationToken).WaitAsync(Patience, clock, cancellationToken),
                null
            );
        }
        catch (Exception e) when (e is SuretyException or DbException or TimeoutException or IOException)
        {
            var hint = "check the database of server.job-store, and the way there";
            return ([], new RunError("job-store-unreachable", $"the job store cannot be read: {e.Message}", hint));
        }
    }

    /// <summary>The runs that are counted; and earlier ones of what was not tried since, which still say how it stands.</summary>
    private async Task<IReadOnlyList<Run>> TriedAsync(string database, CancellationToken cancellationToken)
    {
        var any = new RunFilter { Database = database };
        var counted = any with { Since = clock.GetUtcNow() - Attempts.Period, Limit = MostRuns };
        var recent = await runs.ListAsync(counted, cancellationToken);
        var earlier = recent.Count == 0 ? await runs.ListAsync(any with { Limit = 1 }, cancellationToken) : [];
        foreach (var operation in WatchedOperation.All)
        {
            if (!recent.Any(run => operation.AttemptOf(run) is not null))
            {
                var ended = any with { Operation = operation.Name, HasEnded = true, Limit = FewRuns };
                earlier = [.. earlier, .. await runs.ListAsync(ended, cancellationToken)];
            }
        }

        return earlier.Count == 0
            ? recent
            : [.. recent.Concat(earlier).DistinctBy(run => run.Id).OrderByDescending(run => run.QueuedAt)];
    }

    private static string NameOf(ServedDatabase database) =>
        database.FindRepository() is not { } setting ? ""
        : setting.Name is { } name ? name
        : setting.Place is FolderPlace folder ? folder.Path
        : "";

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

    private sealed record RecentReading(Task<HealthReading> Reading, long BeganAt);
}
