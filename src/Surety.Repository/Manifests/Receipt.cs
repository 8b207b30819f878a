namespace Surety.Repository.Manifests;

/// <summary>
/// The content digest of a set of rows: how many there are, and the sum of their 128-bit row hashes mod 2^128. The sum
/// does not depend on the order of the rows, so a restored heap can be compared with the original.
/// </summary>
public readonly record struct Receipt(long Rows, UInt128 Sum)
{
    /// <summary>The receipt of no rows.</summary>
    public static Receipt Empty => default;

    /// <summary>The receipt with one row more.</summary>
    public Receipt Add(UInt128 rowHash) => new(Rows + 1, unchecked(Sum + rowHash));

    /// <summary>The receipt of both sets together.</summary>
    public static Receipt operator +(Receipt left, Receipt right) =>
        new(left.Rows + right.Rows, unchecked(left.Sum + right.Sum));
}
