using System.Buffers;
using Surety.Core.Scan;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Capture;

/// <summary>
/// Cuts the rows of a range into chunks and stores each. Content decides where a chunk ends (its last row's hash), so a
/// stretch of unchanged rows gives the same chunks again even where rows before it came or went.
/// </summary>
internal sealed class ChunkingSink(ObjectStore objects, StoredTally tally, CancellationToken cancellationToken)
    : IRangeSink
{
    internal const int MinimumBytes = 1 << 20;
    internal const int MaximumBytes = 8 << 20;

    /// <summary>Bytes between two cuts, beyond the minimum, on average.</summary>
    internal const int AverageBytes = 1 << 20;
    private const int FirstBufferBytes = 64 << 10;

    /// <summary>How many chunks may wait for the answer of a store that is far away, while the next rows are read.</summary>
    private const int UnderwayFarAway = 4;

    private readonly List<ChunkEntry> chunks = [];
    private readonly Queue<Underway> underway = new();
    private byte[] buffer = [];
    private int length;
    private int rows;

    public IReadOnlyList<ChunkEntry> Chunks => chunks;

    public void Add(ReadOnlySpan<byte> row, UInt128 hash)
    {
        // A single row may be larger than a chunk should be: it becomes one by itself.
        if (length > 0 && length + row.Length > MaximumBytes)
        {
            Store();
        }

        Reserve(row.Length);
        row.CopyTo(buffer.AsSpan(length));
        length += row.Length;
        rows++;
        if (length >= MinimumBytes && EndsChunk(hash, row.Length))
        {
            Store();
        }
    }

    public void Complete()
    {
        if (rows > 0)
        {
            Store();
        }

        TakeUntil(left: 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>
    /// True with a probability of <paramref name="rowLength"/> / <see cref="AverageBytes"/>, so that chunks of wide and
    /// of narrow rows come out equally large. The hash's high half decides; a long run of equal rows ends at a bound.
    /// </summary>
    internal static bool EndsChunk(UInt128 hash, int rowLength) =>
        (ulong)(hash >> 96) * AverageBytes < (ulong)rowLength << 32;

    private void Reserve(int more)
    {
        if (length + more <= buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(
            Math.Max(FirstBufferBytes, Math.Max(length + more, buffer.Length * 2))
        );
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private void Store()
    {
        var put = objects.PutAsync(buffer.AsMemory(0, length), cancellationToken).AsTask();
        underway.Enqueue(new Underway(put, buffer, rows, length));
        buffer = [];
        // Nothing is gained by waiting for several of a store nearby, nor memory by several of very large rows.
        TakeUntil(left: objects.IsFarAway && length <= MaximumBytes ? UnderwayFarAway : 0);
        length = 0;
        rows = 0;
    }

    /// <summary>Takes chunks that are stored, oldest first; the last one's buffer is used again.</summary>
    private void TakeUntil(int left)
    {
        while (underway.Count > left)
        {
            var oldest = underway.Dequeue();
            // A scan's worker owns its thread and has nothing else to do until the chunk is taken.
            var stored = oldest.Put.GetAwaiter().GetResult();
            tally.Add(stored);
            chunks.Add(new ChunkEntry(stored.Id, oldest.Rows, oldest.Length));
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = oldest.Buffer;
        }
    }

    private readonly record struct Underway(Task<StoredObject> Put, byte[] Buffer, int Rows, int Length);
}
