using Surety.Core.Postgres;
using Surety.Server.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Scheduling;

/// <summary>Waits for what schedules do, and what must be true of all runs whatever they do.</summary>
internal static class RunWaits
{
    /// <summary>The scheduled backups so far, the oldest first, once so many of them have all behind them that follows.</summary>
    public static async Task<IReadOnlyList<Run>> FollowedBackupsAsync(this IRunStore runs, string database, int count)
    {
        IReadOnlyList<Run> found = [];
        await Eventually.Is(async () =>
        {
            var filter = new RunFilter { Database = database, IsScheduled = true };
            found = [.. (await runs.ListAsync(filter, default)).Reverse()];
            return found.Count >= count
                && found.Take(count).All(run => run.IsFollowed || (run.HasEnded && run.MadeBackup is null));
        });
        return found;
    }

    /// <summary>A run once it has ended; null where there is none.</summary>
    public static async Task<Run?> WaitAsync(this RunQueue queue, RunId id, CancellationToken cancellationToken)
    {
        Run? last = null;
        await foreach (var run in queue.WatchAsync(id, cancellationToken))
        {
            last = run;
        }

        return last;
    }

    public static async Task<Run> UntilAsync(this IRunStore runs, RunId id, Func<Run, bool> condition)
    {
        Run? found = null;
        await Eventually.Is(async () => (found = await runs.FindAsync(id, default)) is not null && condition(found));
        return found!;
    }

    /// <summary>How many pairs of runs of one lane overlap: never any.</summary>
    public static int Overlaps(IReadOnlyList<Run> runs) =>
        runs.Where(run => run.StartedAt is not null && run.Lane is not null)
            .GroupBy(run => run.Lane)
            .Sum(lane =>
                lane.OrderBy(run => run.StartedAt)
                    .Zip(lane.OrderBy(run => run.StartedAt).Skip(1))
                    .Count(pair => pair.First.FinishedAt is not { } end || end > pair.Second.StartedAt)
            );

    /// <summary>Keeps every backup waiting for as long as it is not disposed.</summary>
    public static async Task<IAsyncDisposable> BlockAsync(ConnectionTarget database, string table = "orders")
    {
        var session = await PostgresFixture.OpenAsync(database);
        await using var command = new Npgsql.NpgsqlCommand(
            $"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
            session
        );
        await command.ExecuteNonQueryAsync();
        return session;
    }

    public static RunRequest Request(string operation, string database) =>
        new()
        {
            Operation = operation,
            Database = database,
            RequestedBy = "test",
        };
}
