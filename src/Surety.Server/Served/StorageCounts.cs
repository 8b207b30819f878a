using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Surety.Repository.Statistics;
using Surety.Repository.Storage;

namespace Surety.Server.Served;

/// <summary>
/// What the backups of repositories take. Nothing else tells it truly: what a backup added says nothing any more once others
/// were pruned, whose pieces it may need. Counting lists the objects and reads what every backup names, which takes seconds
/// where there are many; so each repository is counted once at a time, and again only when something was done in it. Memory
/// while it counts: the ids of the objects.
/// </summary>
public sealed class StorageCounts(TimeProvider clock, ILogger<StorageCounts> log)
{
    private readonly ConcurrentDictionary<RepositoryPlace, StorageCount> counts = new();

    /// <summary>The figures; null where they are still being counted: whoever asks again finds them.</summary>
    /// <param name="place">Which repository.</param>
    /// <param name="view">What is known of it now.</param>
    /// <param name="count">Counts; goes on without whoever asked.</param>
    /// <exception cref="Surety.Repository.Errors.SuretyException">
    /// What counting throws, and for a minute has thrown: who asks every few seconds does not start it each time.
    /// </exception>
    public Task<StatisticsReport?> FindAsync(
        RepositoryPlace place,
        RepositoryView view,
        Func<Task<StatisticsReport>> count
    ) => Of(place, view).FindAsync(StateOf.View(view), count);

    /// <summary>
    /// What was counted last, at once; null where nothing was yet. Where something was done since, it is counted again in the
    /// background, unless that would be too soon: who asks all the time makes it no more than a twentieth of the time, and once
    /// a day where every byte that is read comes from a bucket.
    /// </summary>
    public CountedStorage? FindLast(RepositoryPlace place, RepositoryView view, Func<Task<StatisticsReport>> count) =>
        Of(place, view)
            .FindLast(
                StateOf.View(view),
                place is FolderPlace or BundlePlace ? TimeSpan.Zero : TimeSpan.FromDays(1),
                count
            );

    private StorageCount Of(RepositoryPlace place, RepositoryView view) =>
        counts.GetOrAdd(place, _ => new StorageCount(clock, failure => log.NotCounted(view.Name, failure)));

    /// <summary>What changes with everything that is done to a repository: whoever does it writes into the journal.</summary>
    private readonly record struct StateOf(int Backups, int Records, DateTimeOffset? NewestRecord)
    {
        public static StateOf View(RepositoryView view) =>
            new(
                view.Backups.Count,
                view.Journal.Records.Count,
                view.Journal.Records.Count > 0 ? view.Journal.Records[^1].FinishedAt : null
            );
    }

    private sealed class StorageCount(TimeProvider clock, Action<Exception> tell)
    {
        /// <summary>A page waits so long, and has the figures at once where there is little to count.</summary>
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

        /// <summary>So long figures of before the last change stand in for those that are being counted.</summary>
        private static readonly TimeSpan StillGood = TimeSpan.FromMinutes(10);

        /// <summary>So long a failure stands for the same state.</summary>
        private static readonly TimeSpan TriedAgainAfter = TimeSpan.FromMinutes(1);

        /// <summary>Of the time that counting took, to leave between two in the background.</summary>
        private const int Rest = 20;

        private readonly Lock gate = new();
        private Task<StatisticsReport>? counting;
        private Counted? last;
        private Failure? failed;

        /// <summary>When the newest counting ended, and how long it took, however it ended.</summary>
        private (long EndedAt, TimeSpan Took)? newest;

        public async Task<StatisticsReport?> FindAsync(StateOf state, Func<Task<StatisticsReport>> count)
        {
            Task<StatisticsReport> counted;
            lock (gate)
            {
                if (last?.State == state)
                {
                    return last.Storage.Report;
                }

                if (failed?.State == state && clock.GetElapsedTime(failed.At) < TriedAgainAfter)
                {
                    failed.Error.Throw();
                }

                counted = counting ??= Task.Run(() => CountAsync(state, count));
            }

            try
            {
                return await counted.WaitAsync(Patience, clock);
            }
            catch (TimeoutException)
            {
                return last is { } known && clock.GetElapsedTime(known.At) < StillGood ? known.Storage.Report : null;
            }
        }

        public CountedStorage? FindLast(StateOf state, TimeSpan least, Func<Task<StatisticsReport>> count)
        {
            lock (gate)
            {
                if (last?.State != state && counting is null && IsRested(least))
                {
                    counting = Task.Run(() => CountAsync(state, count));
                }

                return last?.Storage;
            }
        }

        private bool IsRested(TimeSpan least)
        {
            if (newest is not { } before)
            {
                return true;
            }

            var since = clock.GetElapsedTime(before.EndedAt);
            return since >= before.Took * Rest && since >= (failed is null ? least : TriedAgainAfter);
        }

        private async Task<StatisticsReport> CountAsync(StateOf state, Func<Task<StatisticsReport>> count)
        {
            var began = clock.GetTimestamp();
            try
            {
                var report = await count();
                End(
                    began,
                    () =>
                    {
                        last = new Counted(state, new CountedStorage(report, clock.GetUtcNow()), clock.GetTimestamp());
                        failed = null;
                    }
                );
                return report;
            }
            catch (OperationCanceledException)
            {
                End(began, () => { });
                throw;
            }
            catch (Exception e)
            {
                End(began, () => failed = new Failure(state, ExceptionDispatchInfo.Capture(e), clock.GetTimestamp()));
                // Whoever asked may have gone on without it.
                tell(e);
                throw;
            }
        }

        /// <summary>Nobody sees what came of it without knowing that it is over.</summary>
        private void End(long began, Action keep)
        {
            lock (gate)
            {
                keep();
                newest = (clock.GetTimestamp(), clock.GetElapsedTime(began));
                counting = null;
            }
        }

        private sealed record Counted(StateOf State, CountedStorage Storage, long At);

        private sealed record Failure(StateOf State, ExceptionDispatchInfo Error, long At);
    }
}

/// <summary>What a repository held when it was counted.</summary>
public sealed record CountedStorage(StatisticsReport Report, DateTimeOffset At);
