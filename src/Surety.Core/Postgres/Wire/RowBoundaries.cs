using System.Buffers.Binary;

namespace Surety.Core.Postgres.Wire;

/// <summary>Length of the first row in a piece of a COPY stream, or -1 where more of it is needed to tell.</summary>
internal delegate int FindRow(ReadOnlySpan<byte> stream, ref RowProgress progress);

/// <summary>How far the search in an incomplete row has come, so that it isn't begun again with every piece.</summary>
internal record struct RowProgress(int Fields, int Offset);

/// <summary>A binary row: a field count, then each field's length (-1 for NULL) and bytes.</summary>
internal static class BinaryRows
{
    public static int Find(ReadOnlySpan<byte> stream, ref RowProgress progress)
    {
        if (stream.Length < sizeof(short))
        {
            return -1;
        }

        var fields = BinaryPrimitives.ReadInt16BigEndian(stream);
        var offset = Math.Max(progress.Offset, sizeof(short));
        for (var field = progress.Fields; field < fields; field++)
        {
            if (stream.Length - offset < sizeof(int))
            {
                return Pause(ref progress, field, offset);
            }

            var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(stream[offset..]));
            if (stream.Length - offset - sizeof(int) < length)
            {
                return Pause(ref progress, field, offset);
            }

            offset += sizeof(int) + length;
        }
        progress = default;
        return offset;
    }

    private static int Pause(ref RowProgress progress, int field, int offset)
    {
        progress = new RowProgress(field, offset);
        return -1;
    }
}

/// <summary>A text row: everything to the newline, which COPY escapes inside of values.</summary>
internal static class TextRows
{
    public static int Find(ReadOnlySpan<byte> stream, ref RowProgress progress)
    {
        var newline = stream[progress.Offset..].IndexOf((byte)'\n');
        if (newline < 0)
        {
            progress = new RowProgress(0, stream.Length);
            return -1;
        }
        var length = progress.Offset + newline + 1;
        progress = default;
        return length;
    }
}
