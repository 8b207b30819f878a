using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Surety.Repository.Statistics;
using Surety.Repository.Storage;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>
/// What the backups of repositories take, for pages: counting reads what every backup holds, which takes seconds where there
/// are many. So each repository is counted once at a time, and again only when something was done in it.
/// </summary>
internal sealed class StorageCounts(TimeProvider clock, ILogger<StorageCounts> log)
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
    ) =>
        counts
            .GetOrAdd(place, _ => new StorageCount(clock, failure => log.NotCounted(view.Name, failure)))
            .FindAsync(StateOf.View(view), count);

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

        private readonly Lock gate = new();
        private Task<StatisticsReport>? counting;
        private Counted? last;
        private Failure? failed;

        public async Task<StatisticsReport?> FindAsync(StateOf state, Func<Task<StatisticsReport>> count)
        {
            Task<StatisticsReport> counted;
            lock (gate)
            {
                if (last?.State == state)
                {
                    return last.Report;
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
                return last is { } known && clock.GetElapsedTime(known.At) < StillGood ? known.Report : null;
            }
        }

        private async Task<StatisticsReport> CountAsync(StateOf state, Func<Task<StatisticsReport>> count)
        {
            try
            {
                var report = await count();
                last = new Counted(state, report, clock.GetTimestamp());
                return report;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whoever asked may have gone on without it.
                failed = new Failure(state, ExceptionDispatchInfo.Capture(e), clock.GetTimestamp());
                tell(e);
                throw;
            }
            finally
            {
                lock (gate)
                {
                    counting = null;
                }
            }
        }

        private sealed record Counted(StateOf State, StatisticsReport Report, long At);

        private sealed record Failure(StateOf State, ExceptionDispatchInfo Error, long At);
    }
}
