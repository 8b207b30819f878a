using System.Numerics;

namespace Surety.Core.Scan;

/// <summary>
/// Pages of a heap from <paramref name="First"/> up to, not including, <paramref name="End"/> (null: to the last page,
/// however many there are by then). Read as a TID range scan (PostgreSQL 14+).
/// </summary>
internal readonly record struct PageRange(long First, long? End)
{
    /// <summary>About how many bytes on disk, TOAST included, one range covers.</summary>
    private const long TargetBytes = 64 << 20;

    public static PageRange Whole => new(0, null);

    /// <summary>The condition on ctid, or nothing for the whole table.</summary>
    public string Where =>
        (First, End) switch
        {
            (0, null) => "",
            (_, null) => $"WHERE ctid >= '({First},0)'",
            _ => $"WHERE ctid >= '({First},0)' AND ctid < '({End},0)'",
        };

    /// <summary>
    /// Cuts a table into ranges whose bounds stay where they are as the table grows (the number of pages is a power of
    /// two), so that unchanged ranges give the same chunks again.
    /// </summary>
    public static IEnumerable<PageRange> Cut(long pages, long totalBytes)
    {
        if (pages == 0 || totalBytes < 2 * TargetBytes)
        {
            return [Whole];
        }

        var bytesPerPage = Math.Max(1, totalBytes / pages);
        var pagesPerRange = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, TargetBytes / bytesPerPage));
        var count = (pages + pagesPerRange - 1) / pagesPerRange;
        return Range(count, pagesPerRange);
    }

    private static IEnumerable<PageRange> Range(long count, long pagesPerRange)
    {
        for (var i = 0L; i < count; i++)
        {
            yield return new PageRange(i * pagesPerRange, i == count - 1 ? null : (i + 1) * pagesPerRange);
        }
    }
}
