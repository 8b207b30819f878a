namespace Surety.Core.Compare.Differences;

/// <summary>The hashes from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct HashRange(UInt128 First, UInt128 Last)
{
    public static HashRange All => new(UInt128.MinValue, UInt128.MaxValue);

    public bool IsAll => this == All;

    public HashRange LowerHalf => this with { Last = First + (Last - First) / 2 };

    public bool Contains(UInt128 hash) => First <= hash && hash <= Last;

    /// <summary>
    /// The range that follows this one, which is not the last: as wide times <paramref name="widths"/>, or to the end of
    /// all hashes.
    /// </summary>
    public HashRange Next(uint widths)
    {
        var first = Last + 1;
        var more = Last - First + 1;
        var rest = UInt128.MaxValue - first;
        return new HashRange(first, more > rest / widths ? UInt128.MaxValue : first + (more * widths - 1));
    }
}
