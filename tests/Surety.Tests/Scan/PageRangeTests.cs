using Surety.Core.Scan;

namespace Surety.Tests.Scan;

public sealed class PageRangeTests
{
    private const long Megabyte = 1 << 20;
    private const long PageBytes = 8192;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 10_000 * Megabyte)]
    [InlineData(1, PageBytes)]
    [InlineData(16_383, 128 * Megabyte - 1)]
    public void A_small_table_or_one_without_pages_is_read_whole(long pages, long bytes) =>
        PageRange.Cut(pages, bytes).ShouldBe([PageRange.Whole]);

    [Fact]
    public void The_whole_table_has_no_condition() => PageRange.Whole.Where.ShouldBe("");

    [Fact]
    public void Ranges_meet_without_gap_or_overlap_and_the_last_has_no_end() =>
        PageRange
            .Cut(20_000, 20_000 * PageBytes)
            .Select(range => range.Where)
            .ShouldBe([
                "WHERE ctid >= '(0,0)' AND ctid < '(8192,0)'",
                "WHERE ctid >= '(8192,0)' AND ctid < '(16384,0)'",
                "WHERE ctid >= '(16384,0)'",
            ]);

    [Fact]
    public void The_bounds_stay_where_they_are_as_the_table_grows()
    {
        var small = Bounds(20_000);
        for (long pages = 20_000; pages < 200_000; pages += 7_777)
        {
            Bounds(pages).Take(small.Count).ShouldBe(small);
        }
    }

    [Theory]
    [InlineData(1, 10_000 * Megabyte)]
    [InlineData(3, 10_000 * Megabyte)]
    public void A_few_pages_with_very_much_TOAST_are_cut_at_most_by_the_page(long pages, long bytes) =>
        PageRange.Cut(pages, bytes).Count().ShouldBe((int)pages);

    private static List<long> Bounds(long pages) =>
        PageRange.Cut(pages, pages * PageBytes).Select(range => range.First).ToList();
}
