using System.Globalization;

namespace Surety.Repository.Verify;

/// <summary>A part of the data: a fixed one (<c>2/7</c>), or as much as that of what was not read for the longest time.</summary>
public sealed record DataSubset
{
    private const string Units = "kMGT";

    private DataSubset() { }

    /// <summary>Of a fixed part, which one, from 1; else 0.</summary>
    public int Part { get; private init; }

    /// <summary>Into how many parts everything is cut.</summary>
    public int Parts { get; private init; }

    /// <summary>How much of all the data, from 0 to 1; or 0.</summary>
    public double Share { get; private init; }

    /// <summary>How much, in stored bytes; or 0.</summary>
    public long Bytes { get; private init; }

    /// <summary>
    /// <c>N/M</c>, M at most 256; <c>P%</c>; or a size: a whole number and one of k, M, G, T (powers of 1,000). Null for
    /// anything else.
    /// </summary>
    public static DataSubset? TryParse(string text) =>
        text.Split('/') is [var part, var parts] ? ParsePart(part, parts)
        : text.EndsWith('%') ? ParseShare(text[..^1])
        : ParseSize(text);

    /// <summary>How many of so many stored bytes are to be read.</summary>
    internal long BudgetOf(long allBytes) => Bytes > 0 ? Bytes : (long)Math.Ceiling(allBytes * Share);

    private static DataSubset? ParsePart(string part, string parts) =>
        Number(part) is { } number && Number(parts) is { } of and <= VerifiedSlices.Count && number >= 1 && number <= of
            ? new DataSubset { Part = (int)number, Parts = (int)of }
            : null;

    private static DataSubset? ParseShare(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent is > 0 and <= 100
            ? new DataSubset { Share = percent / 100 }
            : null;

    private static DataSubset? ParseSize(string text)
    {
        var unit = text.Length > 1 ? Units.IndexOf(text[^1], StringComparison.OrdinalIgnoreCase) : -1;
        return unit >= 0 && Number(text[..^1]) is { } number and > 0 and <= 1_000_000
            ? new DataSubset { Bytes = number * (long)Math.Pow(1000, unit + 1) }
            : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
