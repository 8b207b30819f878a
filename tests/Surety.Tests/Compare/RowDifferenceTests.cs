using Surety.Core.Compare.Differences;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Tests.Compare;

public sealed class RowDifferenceTests
{
    private const long Ample = 1 << 30;

    private readonly SampleTables tables = new();

    [Theory]
    [InlineData(1, Ample)]
    [InlineData(2, Ample)]
    [InlineData(3, 40_000)]
    [InlineData(4, 20_000)]
    [InlineData(5, 3_000)]
    public async Task Random_damage_is_found_exactly_whatever_the_memory(int seed, long memory)
    {
        var random = new Random(seed);
        var before = Enumerable.Range(0, 5_000).Select(i => SampleTables.Row(i, random.Next(100))).ToList();
        var after = SampleTables.Damage(before, random, share: 0.1);

        var found = await FindAsync(before, after, memory);

        found.ShouldBe(before, after);
        found.Counts.Parts.ShouldBeGreaterThanOrEqualTo(memory == Ample ? 1 : 2);
    }

    [Fact]
    public async Task What_differs_little_needs_one_reading_and_little_memory()
    {
        var before = Enumerable.Range(0, 50_000).Select(i => SampleTables.Row(i, i)).ToList();
        var after = before.Where((_, i) => i % 1_000 != 7).Append(SampleTables.Row(1_007, 0)).ToList();

        var found = await FindAsync(before, after, memory: 30_000);

        found.ShouldBe(before, after);
        found.Counts.ShouldBe(new DifferenceCounts(50, 1, Parts: 1));
    }

    [Fact]
    public async Task The_side_that_lags_behind_catches_up()
    {
        // A stretch is gone from the middle: from there on, the same rows are far apart.
        var before = Enumerable.Range(0, 50_000).Select(i => SampleTables.Row(i, i)).ToList();
        var after = before.Where((_, i) => i is < 10_000 or >= 10_400).ToList();

        var found = await FindAsync(before, after, memory: 1_000 * 200);

        found.ShouldBe(before, after);
        found.Counts.Parts.ShouldBe(1);
    }

    [Fact]
    public async Task Rows_in_another_order_are_no_difference()
    {
        var before = Enumerable.Range(0, 5_000).Select(i => SampleTables.Row(i, i)).ToList();
        var after = before.ToArray();
        new Random(1).Shuffle(after);

        var found = await FindAsync(before, after, memory: 10_000);

        found.Counts.ShouldBe(DifferenceCounts.None);
    }

    [Fact]
    public async Task Duplicates_are_counted()
    {
        var twice = SampleTables.Row(1, 1);
        var other = SampleTables.Row(2, 2);

        var found = await FindAsync([twice, twice, twice, other, twice], [other, twice, other, other], memory: 1);

        found.Counts.ShouldBe(new DifferenceCounts(3, 2, found.Counts.Parts));
        found.Before.ShouldBe([twice, twice, twice]);
        found.After.ShouldBe([other, other]);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    [InlineData(0, 0)]
    public async Task A_side_may_be_empty(int before, int after)
    {
        var found = await FindAsync(
            [.. Enumerable.Range(0, before).Select(i => SampleTables.Row(i, 0))],
            [.. Enumerable.Range(0, after).Select(i => SampleTables.Row(i, 0))],
            Ample
        );

        (found.Counts.OnlyBefore, found.Counts.OnlyAfter).ShouldBe((before, after));
    }

    [Fact]
    public async Task A_chunk_that_both_sides_have_is_not_read()
    {
        var shared = Enumerable.Range(0, 100).Select(i => SampleTables.Row(i, i)).ToList();
        var before = await tables.StoreAsync([.. shared, SampleTables.Row(200, 1)], chunkRows: 100);
        var after = await tables.StoreAsync([.. shared, SampleTables.Row(200, 2)], chunkRows: 100);
        tables.Forget(before.Chunks[0].Object);

        var found = await FindAsync(before, after, Ample);

        (found.Counts.OnlyBefore, found.Counts.OnlyAfter).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_chunk_that_one_side_has_more_often_is_read_as_often_as_it_is_more()
    {
        var rows = Enumerable.Range(0, 10).Select(i => SampleTables.Row(i, i)).ToList();
        var before = await tables.StoreAsync([.. rows, .. rows, .. rows], chunkRows: 10);
        var after = await tables.StoreAsync(rows, chunkRows: 10);

        var found = await FindAsync(before, after, Ample);

        found.Counts.ShouldBe(new DifferenceCounts(20, 0, Parts: 1));
        found.ShouldBe([.. rows, .. rows, .. rows], rows);
    }

    [Fact]
    public async Task With_a_key_both_versions_of_a_row_come_in_the_same_part()
    {
        var before = Enumerable.Range(0, 2_000).Select(i => SampleTables.Row(i, 1)).ToList();
        var after = Enumerable.Range(0, 2_000).Select(i => SampleTables.Row(i, 2)).ToList();

        var found = await FindAsync(before, after, memory: 50_000, ["id"]);

        found.ShouldBe(before, after);
        found.Parts.Count.ShouldBeGreaterThan(5);
        found.Parts.ShouldAllBe(p =>
            p.Before.Select(SampleTables.IdOf).ToHashSet().SetEquals(p.After.Select(SampleTables.IdOf))
        );
    }

    [Fact]
    public async Task Rows_larger_than_the_memory_allowed_end_all_the_same()
    {
        // Both versions of a row belong to the same part, however small that is made.
        var before = Enumerable.Range(0, 20).Select(i => SampleTables.Row(i, 1)).ToList();
        var after = Enumerable.Range(0, 20).Select(i => SampleTables.Row(i, 2)).ToList();

        var found = await FindAsync(before, after, memory: 1, ["id"]);

        found.ShouldBe(before, after);
    }

    [Fact]
    public async Task Rows_that_do_not_fit_their_receipt_are_refused()
    {
        var before = await tables.StoreAsync([SampleTables.Row(1, 1)], chunkRows: 1);
        var after = await tables.StoreAsync([SampleTables.Row(2, 2)], chunkRows: 1);
        var wrong = after with { Receipt = after.Receipt.Add(42) };

        var failure = await Should.ThrowAsync<SuretyException>(() => FindAsync(before, wrong, Ample));

        failure.Code.ShouldBe(ErrorCode.RepositoryDamaged);
    }

    [Fact]
    public async Task A_chunk_with_another_number_of_rows_is_refused()
    {
        var before = await tables.StoreAsync([SampleTables.Row(1, 1), SampleTables.Row(2, 1)], chunkRows: 2);
        var after = await tables.StoreAsync([SampleTables.Row(3, 1)], chunkRows: 1);
        var wrong = before with { Chunks = [before.Chunks[0] with { Rows = 1 }] };

        var failure = await Should.ThrowAsync<SuretyException>(() => FindAsync(wrong, after, Ample));

        failure.Code.ShouldBe(ErrorCode.ObjectDamaged);
    }

    [Fact]
    public async Task A_chunk_that_is_gone_is_named_and_nothing_is_left_running()
    {
        var before = await tables.StoreAsync([.. Enumerable.Range(0, 50).Select(i => SampleTables.Row(i, 1))], 5);
        var after = await tables.StoreAsync([.. Enumerable.Range(0, 50).Select(i => SampleTables.Row(i, 2))], 5);
        tables.Forget(after.Chunks[3].Object);

        var failure = await Should.ThrowAsync<SuretyException>(() => FindAsync(before, after, Ample));

        failure.Code.ShouldBe(ErrorCode.ObjectMissing);
        failure.Object.ShouldBe(after.Chunks[3].Object.ToString());
    }

    private async Task<FoundDifference> FindAsync(
        IReadOnlyList<byte[]> before,
        IReadOnlyList<byte[]> after,
        long memory,
        string[]? key = null
    ) => await FindAsync(await tables.StoreAsync(before, 300), await tables.StoreAsync(after, 250), memory, key);

    private static async Task<FoundDifference> FindAsync(
        TableRows before,
        TableRows after,
        long memory,
        string[]? key = null
    )
    {
        var found = new FoundDifference();
        var difference = new RowDifference(new OperationProgress(), memory);
        found.Counts = await difference.RunAsync(
            before,
            after,
            key is null ? null : RowKey.Find(before, key),
            found,
            CancellationToken.None
        );
        return found;
    }
}
