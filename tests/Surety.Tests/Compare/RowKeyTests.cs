using System.Text;
using Surety.Core.Compare.Differences;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Testing.Storage;

namespace Surety.Tests.Compare;

public sealed class RowKeyTests
{
    [Fact]
    public void A_key_of_binary_rows_is_found_in_its_own_order()
    {
        byte[] row = [0, 3, 0, 0, 0, 1, 7, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2, 8, 9];

        Key(RowFormat.Binary, ["a", "b", "c"], ["c", "a"])
            .ValuesOf(row)
            .ShouldBe([
                [8, 9],
                [7],
            ]);
    }

    [Fact]
    public void A_key_of_text_rows_ends_at_unescaped_tabs_only()
    {
        var row = "one\\ttwo\t\\N\tthree\\\\\n"u8;

        var values = Key(RowFormat.Text, ["a", "b", "c"], ["a", "c"]).ValuesOf(row);

        values.Select(Encoding.ASCII.GetString).ShouldBe(["one\\ttwo", "three\\\\"]);
    }

    [Theory]
    [InlineData("1\tx\t2\n", "1\ty\t2\n", true)]
    [InlineData("1\tx\t2\n", "1\tx\t3\n", false)]
    [InlineData("1\tx\t2\n", "2\tx\t1\n", false)]
    [InlineData("12\tx\t3\n", "1\tx\t23\n", false)]
    public void Rows_have_the_same_hash_where_they_have_the_same_key(string one, string other, bool same)
    {
        var key = Key(RowFormat.Text, ["a", "b", "c"], ["a", "c"]);

        (key.HashOf(Encoding.ASCII.GetBytes(one)) == key.HashOf(Encoding.ASCII.GetBytes(other))).ShouldBe(same);
    }

    [Fact]
    public void There_is_no_key_of_columns_that_are_not_kept() =>
        RowKey.Find(Rows(RowFormat.Text, ["a", "b"]), ["a", "generated"]).ShouldBeNull();

    [Fact]
    public void There_is_no_key_without_columns() => RowKey.Find(Rows(RowFormat.Text, ["a"]), []).ShouldBeNull();

    private static RowKey Key(RowFormat format, string[] columns, string[] key) =>
        RowKey.Find(Rows(format, columns), key)!;

    private static TableRows Rows(RowFormat format, string[] columns) =>
        new()
        {
            Name = "public.sample",
            Objects = new ObjectStore(new MemoryBlobStore(TimeProvider.System), new ObjectCodec()),
            Format = format,
            Columns = columns,
            Receipt = Receipt.Empty,
            Chunks = [],
        };
}
