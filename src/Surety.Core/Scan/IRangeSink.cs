namespace Surety.Core.Scan;

/// <summary>Takes the rows of one range, in their order, on one thread.</summary>
internal interface IRangeSink
{
    /// <summary>The span is valid during the call only. It holds the stored columns, not the generated ones.</summary>
    void Add(ReadOnlySpan<byte> row, UInt128 hash);

    /// <summary>All rows of the range have come.</summary>
    void Complete();
}

/// <summary>Takes rows and keeps nothing: for receipts alone.</summary>
internal sealed class DigestOnly : IRangeSink
{
    public void Add(ReadOnlySpan<byte> row, UInt128 hash) { }

    public void Complete() { }
}
