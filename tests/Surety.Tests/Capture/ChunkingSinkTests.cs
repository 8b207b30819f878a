using Surety.Core.Capture;
using Surety.Core.Scan;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Testing.Storage;

namespace Surety.Tests.Capture;

public sealed class ChunkingSinkTests
{
    private ObjectStore objects = new(new MemoryBlobStore(TimeProvider.System), new ObjectCodec());

    [Theory]
    [InlineData(1, 60_000, 100, false)]
    [InlineData(2, 5_000, 3_000, false)]
    [InlineData(2, 9_000, 3_000, true)]
    [InlineData(3, 12, 3_000_000, false)]
    [InlineData(3, 5, 10_000_000, true)]
    [InlineData(4, 1, 1, true)]
    public async Task The_chunks_one_after_another_are_the_rows(int seed, int count, int longest, bool farAway)
    {
        objects = new ObjectStore(new MemoryBlobStore(TimeProvider.System) { IsFarAway = farAway }, new ObjectCodec());
        var rows = Rows(seed, count, longest);

        var chunks = Cut(rows);

        (await ReadAsync(chunks)).ShouldBe(rows.SelectMany(r => r).ToArray());
        chunks.Sum(c => c.Rows).ShouldBe(count);
    }

    [Fact]
    public void No_rows_are_no_chunks() => Cut([]).ShouldBeEmpty();

    [Theory]
    [InlineData(1, 200_000, 100)]
    [InlineData(2, 10_000, 3_000)]
    public void Chunks_keep_within_their_bounds(int seed, int count, int longest)
    {
        var chunks = Cut(Rows(seed, count, longest));

        chunks.Count.ShouldBeGreaterThan(2);
        chunks.ShouldAllBe(c => c.RawBytes <= ChunkingSink.MaximumBytes);
        chunks.SkipLast(1).ShouldAllBe(c => c.RawBytes >= ChunkingSink.MinimumBytes);
    }

    [Fact]
    public void Equal_rows_without_end_are_cut_at_a_bound()
    {
        var row = Rows(1, 1, 100)[0];
        var rows = Enumerable.Repeat(row, 4 * ChunkingSink.MaximumBytes / row.Length).ToList();

        Cut(rows).ShouldAllBe(c => c.RawBytes <= ChunkingSink.MaximumBytes);
    }

    [Fact]
    public void A_row_larger_than_any_chunk_is_one_by_itself()
    {
        var large = new byte[ChunkingSink.MaximumBytes + 1];
        byte[] small = [1, 2, 3];

        Cut([small, large, small]).Select(c => (c.Rows, c.RawBytes)).ShouldBe([(1, 3), (1, large.Length), (1, 3)]);
    }

    [Fact]
    public void A_row_put_in_early_leaves_later_chunks_the_same()
    {
        var rows = Rows(5, 300_000, 100);
        var before = Cut(rows);
        rows.Insert(10, [9, 9, 9]);

        var after = Cut(rows);

        before.Count.ShouldBeGreaterThan(5);
        after.Except(before).Count().ShouldBeLessThanOrEqualTo(2);
        after[^1].ShouldBe(before[^1]);
    }

    private static List<byte[]> Rows(int seed, int count, int longest)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => Row(random, random.Next(1, longest + 1))).ToList();
    }

    private static byte[] Row(Random random, int length)
    {
        var row = new byte[length];
        random.NextBytes(row);
        return row;
    }

    private IReadOnlyList<ChunkEntry> Cut(IEnumerable<byte[]> rows)
    {
        var sink = new ChunkingSink(objects, new StoredTally(), CancellationToken.None);
        foreach (var row in rows)
        {
            sink.Add(row, RowHash.Of(row));
        }

        sink.Complete();
        return sink.Chunks;
    }

    private async Task<byte[]> ReadAsync(IEnumerable<ChunkEntry> chunks)
    {
        using var bytes = new MemoryStream();
        foreach (var chunk in chunks)
        {
            using var plain = await objects.GetAsync(chunk.Object, CancellationToken.None);
            bytes.Write(plain.Bytes.Span);
        }

        return bytes.ToArray();
    }
}
