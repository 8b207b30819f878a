using System.Runtime.InteropServices;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// Finds the rows that only one of two states of a table has: the difference of two multisets, by row hash, so it needs
/// no key and counts duplicates.
/// <para>
/// Chunks that both states share are not read. The rows of the others are walked on both sides at once. What is equal at
/// the same place cancels out at once; a row that is not waits until the other side brings it, and the side that lags
/// behind catches up, since it meets rows that wait for it. So what waits is about as much as what differs, and mostly
/// one reading is enough. Where it outgrows the memory allowed, a reading is limited to a part of the hashes, and others
/// follow.
/// </para>
/// </summary>
/// <param name="memoryBytes">About how much the waiting rows may take; besides, a few chunks on each side are in memory.</param>
internal sealed class RowDifference(OperationProgress progress, long memoryBytes = RowDifference.StandardMemoryBytes)
{
    public const long StandardMemoryBytes = 128 << 20;

    /// <summary>
    /// Hands every row that only one side has to <paramref name="sink"/>, and proves by the receipts of both sides that
    /// these are all. The sides must be comparable (<see cref="TableRows.IsComparableWith"/>).
    /// </summary>
    /// <param name="key">What tells rows apart, so that both versions of a row come in the same part; may be null.</param>
    /// <exception cref="SuretyException">
    /// ObjectMissing or ObjectDamaged; RepositoryDamaged where chunks and receipts do not fit.
    /// </exception>
    public async Task<DifferenceCounts> RunAsync(
        TableRows before,
        TableRows after,
        RowKey? key,
        IDifferenceSink sink,
        CancellationToken cancellationToken
    )
    {
        if (!before.IsComparableWith(after))
        {
            throw new ArgumentException($"the rows of {before.Name} have other columns on the other side");
        }

        if (before.Receipt == after.Receipt)
        {
            return DifferenceCounts.None;
        }

        var unshared = Unshared(before.Chunks, after.Chunks);
        var found = new FoundRows(sink);
        var part = HashRange.All;
        for (var parts = 1; ; parts++)
        {
            var pending = new PendingRows(part, key, memoryBytes);
            await using (var old = Open(before, unshared.Before))
            await using (var present = Open(after, unshared.After))
            {
                await WalkAsync(old, present, pending, cancellationToken);
            }

            pending.Deliver(found);
            if (pending.Part.Last == UInt128.MaxValue)
            {
                found.Require(before, after);
                return new DifferenceCounts(found.OnlyBeforeReceipt.Rows, found.OnlyAfterReceipt.Rows, parts);
            }

            part = pending.Part.Next(pending.RoomFor);
        }

        RowCursor Open(TableRows side, IReadOnlyList<ChunkEntry> chunks) =>
            new(side, chunks, part, key, progress, cancellationToken);
    }

    private static async Task WalkAsync(
        RowCursor before,
        RowCursor after,
        PendingRows pending,
        CancellationToken cancellationToken
    )
    {
        while (await before.FillAsync() & await after.FillAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            WalkBoth(before, after, pending);
        }

        await WalkRestAsync(before, Side.Before, pending);
        await WalkRestAsync(after, Side.After, pending);
    }

    private static void WalkBoth(RowCursor before, RowCursor after, PendingRows pending)
    {
        while (before.HasRow && after.HasRow)
        {
            if (before.Hash == after.Hash)
            {
                before.MoveNext();
                after.MoveNext();
            }
            // One side at a time: the one whose rows are waited for is the one behind.
            else if (pending.TryCancel(after.Hash, Side.After))
            {
                after.MoveNext();
            }
            else if (pending.TryCancel(before.Hash, Side.Before))
            {
                before.MoveNext();
            }
            else
            {
                pending.Add(before.Hash, before.Row, Side.Before);
                pending.Add(after.Hash, after.Row, Side.After);
                before.MoveNext();
                after.MoveNext();
            }
        }
    }

    private static async Task WalkRestAsync(RowCursor cursor, Side side, PendingRows pending)
    {
        while (await cursor.FillAsync())
        {
            for (; cursor.HasRow; cursor.MoveNext())
            {
                if (!pending.TryCancel(cursor.Hash, side))
                {
                    pending.Add(cursor.Hash, cursor.Row, side);
                }
            }
        }
    }

    /// <summary>The chunks that the other side has not, or has less often, in their order.</summary>
    private static (IReadOnlyList<ChunkEntry> Before, IReadOnlyList<ChunkEntry> After) Unshared(
        IReadOnlyList<ChunkEntry> before,
        IReadOnlyList<ChunkEntry> after
    )
    {
        return (Without(before, after), Without(after, before));

        static List<ChunkEntry> Without(IReadOnlyList<ChunkEntry> chunks, IReadOnlyList<ChunkEntry> others)
        {
            var shared = new Dictionary<ObjectId, int>();
            foreach (var other in others)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(shared, other.Object, out _)++;
            }

            return chunks
                .Where(c => !shared.TryGetValue(c.Object, out var left) || (shared[c.Object] = left - 1) < 0)
                .ToList();
        }
    }

    /// <summary>Hands the rows on and sums them up.</summary>
    private sealed class FoundRows(IDifferenceSink sink) : IDifferenceSink
    {
        public Receipt OnlyBeforeReceipt { get; private set; }
        public Receipt OnlyAfterReceipt { get; private set; }

        public void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash)
        {
            OnlyBeforeReceipt = OnlyBeforeReceipt.Add(hash);
            sink.OnlyBefore(row, hash);
        }

        public void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash)
        {
            OnlyAfterReceipt = OnlyAfterReceipt.Add(hash);
            sink.OnlyAfter(row, hash);
        }

        public void EndPart() => sink.EndPart();

        /// <summary>What one side has, and what only the other has, is what both have together: so say the receipts.</summary>
        public void Require(TableRows before, TableRows after)
        {
            if (before.Receipt + OnlyAfterReceipt != after.Receipt + OnlyBeforeReceipt)
            {
                throw new SuretyException(
                    ErrorCode.RepositoryDamaged,
                    $"the stored rows of {before.Name} are not those that its receipt was taken of; nothing was changed",
                    "run: surety verify --all, and use another backup of this table"
                );
            }
        }
    }
}
