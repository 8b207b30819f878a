using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// The rows that were met on one side and not yet on the other. Where they grow beyond the memory allowed, they are
/// limited to the lower half of the part that they belong to: what is left out takes another reading.
/// </summary>
internal sealed class PendingRows(HashRange wanted, RowKey? key, long memory)
{
    /// <summary>About what a row costs beside its bytes: its place in the dictionary, as that grows, and the array.</summary>
    private const int Overhead = 160;

    private const uint WidestStep = 16;

    private readonly Dictionary<UInt128, Pending> rows = [];
    private bool isNarrowed;
    private long used;
    private long most;

    /// <param name="Count">Positive for rows of the side before, negative for rows of the side after.</param>
    private record struct Pending(byte[] Bytes, long Count);

    /// <summary>The part that these rows are complete for.</summary>
    public HashRange Part { get; private set; } = wanted;

    /// <summary>How many times as wide a part would have fitted, at most <see cref="WidestStep"/>.</summary>
    public uint RoomFor => most == 0 ? WidestStep : (uint)Math.Clamp(memory / most, 1, WidestStep);

    /// <summary>True where the row had been waiting for this one, which is one of the other side.</summary>
    public bool TryCancel(UInt128 hash, Side side)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrNullRef(rows, hash);
        if (Unsafe.IsNullRef(ref row) || Math.Sign(row.Count) != -(int)side)
        {
            return false;
        }

        row.Count += (int)side;
        if (row.Count == 0)
        {
            used -= Cost(row);
            rows.Remove(hash);
        }

        return true;
    }

    /// <summary>Keeps a row that no row of the other side is waiting for.</summary>
    public void Add(UInt128 hash, ReadOnlySpan<byte> bytes, Side side)
    {
        if (isNarrowed && !Part.Contains(PlaceOf(hash, bytes)))
        {
            return;
        }

        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(rows, hash, out var known);
        if (!known)
        {
            row.Bytes = bytes.ToArray();
            used += Cost(row);
        }

        row.Count += (int)side;
        if (used > memory)
        {
            Narrow();
        }

        most = Math.Max(most, used);
    }

    /// <summary>Hands on every row, as often as it is left over.</summary>
    public void Deliver(IDifferenceSink sink)
    {
        foreach (var (hash, row) in rows)
        {
            for (var i = 0L; i < row.Count; i++)
            {
                sink.OnlyBefore(row.Bytes, hash);
            }

            for (var i = row.Count; i < 0; i++)
            {
                sink.OnlyAfter(row.Bytes, hash);
            }
        }

        sink.EndPart();
    }

    private void Narrow()
    {
        while (used > memory && AreApart())
        {
            Part = Part.LowerHalf;
            isNarrowed = true;
            foreach (var (hash, row) in rows)
            {
                if (!Part.Contains(PlaceOf(hash, row.Bytes)))
                {
                    used -= Cost(row);
                    rows.Remove(hash);
                }
            }
        }

        most = used;
    }

    /// <summary>False for one row, and for the versions of one: no part would divide them.</summary>
    private bool AreApart()
    {
        var places = rows.Select(r => PlaceOf(r.Key, r.Value.Bytes));
        var first = places.First();
        return places.Any(p => p != first);
    }

    private UInt128 PlaceOf(UInt128 hash, ReadOnlySpan<byte> bytes) => key?.HashOf(bytes) ?? hash;

    private static long Cost(in Pending row) => row.Bytes.Length + Overhead;
}

/// <summary>The two sides of a difference, as signs of a count.</summary>
internal enum Side
{
    Before = 1,
    After = -1,
}
