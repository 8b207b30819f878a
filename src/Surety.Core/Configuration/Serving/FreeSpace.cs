using System.Globalization;

namespace Surety.Core.Configuration.Serving;

/// <summary>What has to be free of a disk: a share of it from 0 to 1, or bytes; one of the two.</summary>
public sealed record FreeSpace(double? Share, long? Bytes)
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("kB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
    ];

    public static FreeSpace Standard { get; } = new(Share: 0.1, Bytes: null);

    /// <summary>True where a disk has less. One of no size does not say: some file systems of a network have none.</summary>
    public bool IsMissing(long free, long total) =>
        total > 0 && (Bytes is { } bytes ? free < bytes : free < Share * total);

    public override string ToString() =>
        Bytes is { } bytes ? TextOf(bytes) : string.Create(CultureInfo.InvariantCulture, $"{Share * 100:0.#} %");

    /// <summary>In the largest unit that leaves a whole number before the point.</summary>
    public static string TextOf(long bytes)
    {
        var (unit, size) = Units.LastOrDefault(candidate => bytes >= candidate.Bytes, ("B", 1));
        return string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / size:0.#} {unit}");
    }

    internal static FreeSpace? Read(ConfigurationValue? value) =>
        value is null ? null
        : ConfigurationFields.TryParsePercent(value.Written) is { } share ? new FreeSpace(share, null)
        : TryParseBytes(value.Written) is { } bytes ? new FreeSpace(null, bytes)
        : throw value.Place.Error($"{value.Place.Key} is neither a percentage nor a size", "write it as 10% or 20GB");

    private static long? TryParseBytes(string text)
    {
        foreach (var (unit, bytes) in Units)
        {
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && int.TryParse(
                    text.AsSpan(0, text.Length - unit.Length).TrimEnd(),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
            )
            {
                return number * bytes;
            }
        }

        return null;
    }
}
