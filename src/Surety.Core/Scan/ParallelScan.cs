using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Wire;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Scan;

/// <summary>A table that was read: its receipts, and the sinks of its ranges in the order of the pages.</summary>
internal sealed record ScannedTable<TSink>(
    ScanTable Table,
    Receipt Receipt,
    Receipt? GeneratedReceipt,
    long RawBytes,
    IReadOnlyList<TSink> Sinks
);

/// <summary>
/// Reads tables of a snapshot with several workers, the largest ranges first. Each worker owns a thread and a session
/// that imported the snapshot (DESIGN section 4: blocking reads).
/// </summary>
internal sealed class ParallelScan<TSink>(
    LockedSnapshot snapshot,
    string encoding,
    int workers,
    OperationProgress progress,
    Func<ScanTable, TSink> newSink
)
    where TSink : IRangeSink
{
    private readonly ConcurrentQueue<RangeScan<TSink>> waiting = new();
    private readonly ConcurrentBag<RangeScan<TSink>> blocked = [];
    private readonly ConcurrentDictionary<ScanTable, int> rangesLeft = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads every table once. Results are in the order of <paramref name="tables"/>.</summary>
    public async Task<IReadOnlyList<ScannedTable<TSink>>> RunAsync(
        IReadOnlyList<ScanTable> tables,
        CancellationToken cancellationToken
    )
    {
        var scans = tables.Select(Ranges).ToList();
        foreach (var scan in scans.SelectMany(ranges => ranges).OrderByDescending(r => r.EstimatedBytes))
        {
            waiting.Enqueue(scan);
        }

        progress.Begin("reading rows", tables.Count, tables.Sum(t => t.Size.TotalBytes));
        await RunWorkersAsync(Math.Min(workers, waiting.Count), cancellationToken);
        ReadBlocked(cancellationToken);
        return scans.Select(Merge).ToList();
    }

    private List<RangeScan<TSink>> Ranges(ScanTable table)
    {
        var ranges = PageRange.Cut(table.Pages, table.Size.TotalBytes);
        var scans = ranges.Select(range => new RangeScan<TSink>(table, range, newSink(table))).ToList();
        rangesLeft[table] = scans.Count;
        return scans;
    }

    private async Task RunWorkersAsync(int count, CancellationToken cancellationToken)
    {
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var running = Enumerable
            .Range(0, count)
            .Select(_ => StartWorker(failing, e => Interlocked.CompareExchange(ref first, e, null)));
        await Task.WhenAll(running.ToList());
        if (first is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>A worker that fails ends the others: what they read could not be used.</summary>
    private Task StartWorker(CancellationTokenSource failing, Action<Exception> report) =>
        Task.Factory.StartNew(
            () =>
            {
                try
                {
                    Work(failing.Token);
                }
                catch (Exception e)
                {
                    report(e);
                    failing.Cancel();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    private void Work(CancellationToken cancellationToken)
    {
        using var session = RowSessions.Open(snapshot.Target, "surety worker", cancellationToken);
        session.Execute($"{SessionSettings.Pin(snapshot.Server)}; {SessionSettings.Encoding(encoding)}");
        // Plain SERIALIZABLE cannot import the snapshot of a read-only transaction.
        session.Execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        session.Execute($"SET TRANSACTION SNAPSHOT '{snapshot.Name}'");
        while (waiting.TryDequeue(out var scan))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryLock(session, scan.Table))
            {
                Read(scan, session, cancellationToken);
            }
            else
            {
                blocked.Add(scan);
            }
        }
    }

    /// <summary>
    /// False where another session waits for an exclusive lock on the table: it waits for the coordinator's lock, and a
    /// worker queueing behind it would wait for ever.
    /// </summary>
    private bool TryLock(IRowSession session, ScanTable table)
    {
        if (table.Lock is null)
        {
            return true;
        }

        try
        {
            var sql = SqlText.ForClientEncoding(table.Lock, encoding);
            session.Execute($"SAVEPOINT before_lock; {sql}; RELEASE before_lock");
            return true;
        }
        catch (SuretyException e) when (e.Code == ErrorCode.LockTimeout)
        {
            session.Execute("ROLLBACK TO before_lock; RELEASE before_lock");
            return false;
        }
    }

    /// <summary>The coordinator holds its lock already, so it can read what a worker could not.</summary>
    private void ReadBlocked(CancellationToken cancellationToken)
    {
        using var session = new NpgsqlRowSession(snapshot.Connection);
        session.Execute(SessionSettings.Encoding(encoding));
        foreach (var scan in blocked)
        {
            Read(scan, session, cancellationToken);
        }

        session.Execute(SessionSettings.Encoding("UTF8"));
    }

    private void Read(RangeScan<TSink> scan, IRowSession session, CancellationToken cancellationToken)
    {
        scan.Run(session, encoding, progress, cancellationToken);
        if (rangesLeft.AddOrUpdate(scan.Table, 0, (_, left) => left - 1) == 0)
        {
            progress.TableDone();
        }
    }

    private static ScannedTable<TSink> Merge(List<RangeScan<TSink>> ranges)
    {
        var table = ranges[0].Table;
        return new ScannedTable<TSink>(
            table,
            ranges.Aggregate(Receipt.Empty, (sum, r) => sum + r.Receipt),
            table.GeneratedColumns.Count == 0
                ? null
                : ranges.Aggregate(Receipt.Empty, (sum, r) => sum + r.GeneratedReceipt),
            ranges.Sum(r => r.RawBytes),
            ranges.Select(r => r.Sink).ToList()
        );
    }
}
