using System.Buffers.Binary;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// Walks over the fields of a row as COPY writes it. Source: PostgreSQL manual, COPY, "Text Format" and "Binary Format".
/// </summary>
internal ref struct RowFields(ReadOnlySpan<byte> row, RowFormat format)
{
    private ReadOnlySpan<byte> rest = format == RowFormat.Binary ? row[sizeof(short)..] : row;

    /// <summary>The field's bytes: in binary its value, in text with its escapes.</summary>
    public ReadOnlySpan<byte> Current { get; private set; } = default;

    public bool IsNull { get; private set; } = false;

    /// <summary>Goes to the next field, which must exist.</summary>
    public void MoveNext()
    {
        if (format == RowFormat.Binary)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            IsNull = length < 0;
            Take(sizeof(int), Math.Max(0, length), 0);
        }
        else
        {
            // Inside of values, tabs and newlines are escaped.
            Take(0, rest.IndexOfAny((byte)'\t', (byte)'\n'), 1);
            IsNull = Current is [(byte)'\\', (byte)'N'];
        }
    }

    private void Take(int start, int length, int separator)
    {
        Current = rest.Slice(start, length);
        rest = rest[(start + length + separator)..];
    }
}
