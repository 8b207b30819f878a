namespace Surety.Core.Compare.Differences;

/// <summary>
/// Takes the rows that only one side has, a duplicate as often as it is there. Calls come from one thread, in no
/// particular order; a span is valid during its call only.
/// </summary>
internal interface IDifferenceSink
{
    void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash);

    void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash);

    /// <summary>
    /// A part of the difference has come whole: with a key, the versions of a row on both sides are in the same part.
    /// </summary>
    void EndPart() { }
}

/// <summary>How many rows only one side has.</summary>
/// <param name="Parts">How many times the chunks were read, since the difference did not fit into memory at once.</param>
internal readonly record struct DifferenceCounts(long OnlyBefore, long OnlyAfter, int Parts)
{
    public static DifferenceCounts None => default;
}
