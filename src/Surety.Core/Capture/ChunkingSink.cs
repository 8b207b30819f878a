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

    private readonly List<ChunkEntry> chunks = [];
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
        // A scan's worker owns its thread and has nothing else to do until the chunk is taken.
        var stored = objects.PutAsync(buffer.AsMemory(0, length), cancellationToken).AsTask().GetAwaiter().GetResult();
        tally.Add(stored);
        chunks.Add(new ChunkEntry(stored.Id, rows, length));
        length = 0;
        rows = 0;
    }
}
