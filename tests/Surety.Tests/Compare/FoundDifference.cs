using Surety.Core.Compare.Differences;
using Surety.Core.Scan;

namespace Surety.Tests.Compare;

/// <summary>Collects a difference, part by part.</summary>
internal sealed class FoundDifference : IDifferenceSink
{
    private (List<byte[]> Before, List<byte[]> After) part = ([], []);

    public List<(List<byte[]> Before, List<byte[]> After)> Parts { get; } = [];
    public DifferenceCounts Counts { get; set; }
    public IEnumerable<byte[]> Before => Parts.SelectMany(p => p.Before);
    public IEnumerable<byte[]> After => Parts.SelectMany(p => p.After);

    public void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash) => Keep(part.Before, row, hash);

    public void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash) => Keep(part.After, row, hash);

    public void EndPart()
    {
        Parts.Add(part);
        part = ([], []);
    }

    /// <summary>Compares with the plain way: two multisets in memory.</summary>
    public void ShouldBe(IReadOnlyList<byte[]> before, IReadOnlyList<byte[]> after)
    {
        Sorted(Before).ShouldBe(Sorted(Without(before, after)));
        Sorted(After).ShouldBe(Sorted(Without(after, before)));
        (Counts.OnlyBefore, Counts.OnlyAfter).ShouldBe((Before.Count(), After.Count()));
    }

    private static List<string> Sorted(IEnumerable<byte[]> rows) =>
        [.. rows.Select(Convert.ToHexString).Order(StringComparer.Ordinal)];

    private static List<byte[]> Without(IReadOnlyList<byte[]> rows, IReadOnlyList<byte[]> others)
    {
        var left = others.CountBy(Convert.ToHexString).ToDictionary();
        return rows.Where(r => (left[Convert.ToHexString(r)] = left.GetValueOrDefault(Convert.ToHexString(r)) - 1) < 0)
            .ToList();
    }

    private static void Keep(List<byte[]> rows, ReadOnlySpan<byte> row, UInt128 hash)
    {
        hash.ShouldBe(RowHash.Of(row));
        rows.Add(row.ToArray());
    }
}
