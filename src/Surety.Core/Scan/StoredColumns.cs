using System.Buffers.Binary;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Scan;

/// <summary>
/// Takes the first columns of a row that was read with generated columns behind them. Formats: manual section on COPY,
/// "Text Format" and "Binary Format".
/// </summary>
internal sealed class StoredColumns(RowFormat format, int count)
{
    private byte[] buffer = [];

    /// <summary>The row with its first columns only; the span is valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> row) => format == RowFormat.Binary ? OfBinary(row) : OfText(row);

    private ReadOnlySpan<byte> OfBinary(ReadOnlySpan<byte> row)
    {
        var length = sizeof(short);
        for (var field = 0; field < count; field++)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(row[length..]);
            length += sizeof(int) + Math.Max(0, size);
        }

        var result = Rent(length);
        row[..length].CopyTo(result);
        BinaryPrimitives.WriteInt16BigEndian(result, (short)count);
        return result;
    }

    private ReadOnlySpan<byte> OfText(ReadOnlySpan<byte> row)
    {
        var length = 0;
        for (var field = 0; field < count; field++)
        {
            // A tab inside a value is escaped, so every raw tab ends a field.
            var tab = row[length..].IndexOf((byte)'\t');
            if (tab < 0)
            {
                throw new SuretyException(ErrorCode.Internal, "a row has fewer columns than its table");
            }

            length += tab + 1;
        }

        var result = Rent(Math.Max(1, length));
        row[..length].CopyTo(result);
        result[^1] = (byte)'\n';
        return result;
    }

    private Span<byte> Rent(int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[length * 2];
        }

        return buffer.AsSpan(0, length);
    }
}
