using System.Diagnostics;

namespace Surety.Core.Progress;

/// <summary>
/// How far an operation is. Workers add to it from many threads; a display reads it when it likes. It costs the workers
/// an interlocked add per chunk, not per row.
/// </summary>
public sealed class OperationProgress
{
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private ProgressPhase phase = new("starting", 0, 0);
    private int tables;
    private long rows;
    private long bytes;
    private string? note;

    /// <summary>Begins a phase and sets the counters to zero.</summary>
    /// <param name="name">What is being done, as people read it: <c>reading rows</c>.</param>
    /// <param name="totalTables">Number of tables to do, or 0 where that is not what counts.</param>
    /// <param name="totalBytes">Estimate of the bytes to do, or 0 where unknown.</param>
    public void Begin(string name, int totalTables = 0, long totalBytes = 0)
    {
        Interlocked.Exchange(ref tables, 0);
        Interlocked.Exchange(ref rows, 0);
        Interlocked.Exchange(ref bytes, 0);
        Volatile.Write(ref note, null);
        Volatile.Write(ref phase, new ProgressPhase(name, totalTables, totalBytes));
    }

    public void Add(long newRows, long newBytes)
    {
        Interlocked.Add(ref rows, newRows);
        Interlocked.Add(ref bytes, newBytes);
    }

    public void TableDone() => Interlocked.Increment(ref tables);

    /// <summary>Something that people should see while it lasts, for example who blocks a lock; null takes it away.</summary>
    public void Note(string? text) => Volatile.Write(ref note, text);

    /// <summary>The figures of this moment.</summary>
    public ProgressSnapshot Read() =>
        new(
            Volatile.Read(ref phase),
            Volatile.Read(ref tables),
            Interlocked.Read(ref rows),
            Interlocked.Read(ref bytes),
            Stopwatch.GetElapsedTime(startedAt),
            Volatile.Read(ref note)
        );
}

/// <summary>What is being done, and how much of it there is in all (0 where unknown).</summary>
public sealed record ProgressPhase(string Name, int TotalTables, long TotalBytes);

/// <summary>Progress at one moment. Bytes are plain bytes of rows; the estimate in the phase is the tables' size on disk.</summary>
public readonly record struct ProgressSnapshot(
    ProgressPhase Phase,
    int Tables,
    long Rows,
    long Bytes,
    TimeSpan Elapsed,
    string? Note
);
