using Surety.Core.Postgres.Wire;

namespace Surety.Tests.Postgres;

public sealed class RowBoundaryTests
{
    private static readonly byte[] BinaryStream =
    [
        .. (byte[])[0, 2, 0, 0, 0, 3, 1, 2, 3, 0xFF, 0xFF, 0xFF, 0xFF], // Three bytes, NULL.
        .. (byte[])[0, 0], // No columns.
        .. (byte[])[0, 1, 0, 0, 0, 0], // An empty value.
        .. (byte[])[0xFF, 0xFF], // The trailer.
    ];

    private static readonly byte[] TextStream = [.. "a\\nb\t\\N\n\n\tlast\n"u8];

    [Fact]
    public void Binary_rows_are_found_however_the_stream_is_cut() => Cut(BinaryStream, BinaryRows.Find, [13, 2, 6, 2]);

    [Fact]
    public void Text_rows_are_found_however_the_stream_is_cut() => Cut(TextStream, TextRows.Find, [8, 1, 6]);

    private static void Cut(byte[] stream, FindRow find, int[] expected)
    {
        for (var piece = 1; piece <= stream.Length; piece++)
        {
            var lengths = new List<int>();
            var progress = default(RowProgress);
            var position = 0;
            for (var end = 0; position < stream.Length; )
            {
                var length = find(stream.AsSpan(position, end - position), ref progress);
                if (length < 0)
                {
                    end.ShouldBeLessThan(stream.Length);
                    end = Math.Min(stream.Length, end + piece);
                    continue;
                }
                lengths.Add(length);
                position += length;
            }
            lengths.ShouldBe(expected);
        }
    }
}
