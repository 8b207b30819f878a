using System.Buffers.Binary;
using Surety.Core.Postgres.Wire;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare.Differences;

/// <summary>The columns that tell the rows of a table apart, such as its primary key. Thread-safe.</summary>
internal sealed class RowKey
{
    private readonly RowFormat format;

    /// <summary>In ascending order, to be found in one walk.</summary>
    private readonly int[] positions;

    /// <summary>For each column of the key, its place among <see cref="positions"/>.</summary>
    private readonly int[] order;

    private RowKey(RowFormat format, IReadOnlyList<string> columns, int[] positions)
    {
        this.format = format;
        Columns = columns;
        this.positions = [.. positions.Order()];
        order = [.. positions.Select(p => Array.IndexOf(this.positions, p))];
    }

    /// <summary>In the order of the key.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Null where there is no key, or the rows do not hold it (a generated column is not kept).</summary>
    public static RowKey? Find(TableRows rows, IReadOnlyList<string> key)
    {
        var columns = rows.Columns.ToList();
        var positions = key.Select(c => columns.IndexOf(c)).ToArray();
        return positions.Length == 0 || positions.Contains(-1) ? null : new RowKey(rows.Format, key, positions);
    }

    /// <summary>A 128-bit hash of the key's values.</summary>
    public UInt128 HashOf(ReadOnlySpan<byte> row)
    {
        var fields = new RowFields(row, format);
        var field = -1;
        UInt128 hash = default;
        Span<byte> both = stackalloc byte[32];
        for (var i = 0; i < positions.Length; i++)
        {
            Advance(ref fields, ref field, positions[i]);
            var value = RowHash.Of(fields.Current);
            if (i > 0)
            {
                BinaryPrimitives.WriteUInt128LittleEndian(both, hash);
                BinaryPrimitives.WriteUInt128LittleEndian(both[16..], value);
                value = RowHash.Of(both);
            }

            hash = value;
        }

        return hash;
    }

    /// <summary>The values of the key as the row holds them, in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<byte[]> ValuesOf(ReadOnlySpan<byte> row)
    {
        var fields = new RowFields(row, format);
        var field = -1;
        var values = new byte[positions.Length][];
        for (var i = 0; i < positions.Length; i++)
        {
            Advance(ref fields, ref field, positions[i]);
            values[i] = fields.Current.ToArray();
        }

        return [.. order.Select(i => values[i])];
    }

    private static void Advance(ref RowFields fields, ref int field, int position)
    {
        for (; field < position; field++)
        {
            fields.MoveNext();
        }
    }
}
