namespace Surety.Repository.Verify;

/// <summary>
/// When the objects of one slice were read. Objects that came later were read later: a read tells of what was born before an
/// instant, and does not hold for what came since. Immutable.
/// </summary>
internal sealed class SliceReads
{
    /// <summary>More are merged, so that what is kept of a slice stays small however often it is verified.</summary>
    private const int MaxReads = 8;

    private readonly SliceRead[] reads;

    private SliceReads(SliceRead[] reads) => this.reads = reads;

    public static SliceReads None { get; } = new([]);

    /// <summary>In the order of what they tell of; an object was read by the first that tells of it.</summary>
    public IReadOnlyList<SliceRead> Reads => reads;

    /// <summary>The longest ago of them; null where nothing was ever read.</summary>
    public DateTimeOffset? Oldest => reads.Length == 0 ? null : reads.Min(read => read.ReadAt);

    /// <summary>Null where the order is not that of reads.</summary>
    public static SliceReads? TryMake(IReadOnlyList<SliceRead> reads)
    {
        for (var i = 1; i < reads.Count; i++)
        {
            if (reads[i].BornBefore <= reads[i - 1].BornBefore)
            {
                return null;
            }
        }

        return new SliceReads([.. reads]);
    }

    /// <summary>When an object was last read that is there, and named by a backup, since <paramref name="born"/>; or null.</summary>
    public DateTimeOffset? LastRead(DateTimeOffset born)
    {
        foreach (var read in reads)
        {
            if (born < read.BornBefore)
            {
                return read.ReadAt;
            }
        }

        return null;
    }

    /// <summary>
    /// After everything was read that was never read or not since <paramref name="dueBefore"/>, of what was there at
    /// <paramref name="now"/>.
    /// </summary>
    public SliceReads After(DateTimeOffset dueBefore, DateTimeOffset now)
    {
        var merged = new List<SliceRead>();
        foreach (var read in reads.Where(read => read.BornBefore < now))
        {
            Add(merged, read.ReadAt < dueBefore ? read with { ReadAt = now } : read);
        }

        Add(merged, new SliceRead(now, now));
        while (merged.Count > MaxReads)
        {
            MergeNearest(merged);
        }

        return new SliceReads([.. merged]);
    }

    private static void Add(List<SliceRead> merged, SliceRead read)
    {
        if (merged.Count > 0 && merged[^1].ReadAt == read.ReadAt)
        {
            merged.RemoveAt(merged.Count - 1);
        }

        merged.Add(read);
    }

    // The earlier of the two times then holds for both: some objects are read again sooner than they had to be.
    private static void MergeNearest(List<SliceRead> merged)
    {
        var first = Enumerable
            .Range(0, merged.Count - 1)
            .MinBy(i => (merged[i + 1].ReadAt - merged[i].ReadAt).Duration());
        var (one, other) = (merged[first], merged[first + 1]);
        merged[first] = new SliceRead(other.BornBefore, one.ReadAt < other.ReadAt ? one.ReadAt : other.ReadAt);
        merged.RemoveAt(first + 1);
    }
}

/// <param name="BornBefore">It tells of objects that were there, and named by a backup, before that. By the store's clock.</param>
/// <param name="ReadAt">When they were read. By the store's clock.</param>
internal readonly record struct SliceRead(DateTimeOffset BornBefore, DateTimeOffset ReadAt);
