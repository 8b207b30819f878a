using System.Buffers;
using Surety.Core.Postgres.Wire;
using Surety.Core.Scan;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>The rows of one chunk, found and hashed; those of one part only, where it is not all.</summary>
internal sealed class ChunkRows : IDisposable
{
    private readonly PlainObject plain;
    private readonly Row[] rows;

    private ChunkRows(PlainObject plain, int capacity)
    {
        this.plain = plain;
        rows = ArrayPool<Row>.Shared.Rent(capacity);
    }

    private readonly record struct Row(UInt128 Hash, int Start, int Length);

    public int Count { get; private set; }

    /// <exception cref="SuretyException">ObjectMissing or ObjectDamaged, also where its rows are not those promised.</exception>
    public static async Task<ChunkRows> ReadAsync(
        TableRows table,
        ChunkEntry chunk,
        HashRange part,
        RowKey? key,
        CancellationToken cancellationToken
    )
    {
        var plain = await table.Objects.GetAsync(chunk.Object, cancellationToken);
        var found = new ChunkRows(plain, chunk.Rows);
        try
        {
            if (!found.TryFind(table.Format, chunk.Rows, part, key))
            {
                throw new SuretyException(
                    ErrorCode.ObjectDamaged,
                    $"object {chunk.Object} does not hold the {chunk.Rows} rows of {table.Name} that its backup names",
                    "run: surety verify --all, which names the backups that it belongs to"
                )
                {
                    Object = chunk.Object.ToString(),
                };
            }

            return found;
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    public UInt128 HashAt(int index) => rows[index].Hash;

    public ReadOnlySpan<byte> RowAt(int index) => plain.Bytes.Span.Slice(rows[index].Start, rows[index].Length);

    public void Dispose()
    {
        ArrayPool<Row>.Shared.Return(rows);
        plain.Dispose();
    }

    private bool TryFind(RowFormat format, int expected, HashRange part, RowKey? key)
    {
        FindRow find = format == RowFormat.Binary ? BinaryRows.Find : TextRows.Find;
        var bytes = plain.Bytes.Span;
        var start = 0;
        var seen = 0;
        for (; start < bytes.Length && seen < expected; seen++)
        {
            var progress = default(RowProgress);
            var length = find(bytes[start..], ref progress);
            if (length < 0)
            {
                return false;
            }

            var row = bytes.Slice(start, length);
            var hash = RowHash.Of(row);
            if (part.IsAll || part.Contains(key?.HashOf(row) ?? hash))
            {
                rows[Count++] = new Row(hash, start, length);
            }

            start += length;
        }

        return start == bytes.Length && seen == expected;
    }
}
