using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Surety.Server.Runs;

/// <summary>Names a run: the UTC second it was asked for, and six random characters. Names sort by time.</summary>
public readonly partial record struct RunId : IComparable<RunId>
{
    private readonly string? text;

    private RunId(string text) => this.text = text;

    public static RunId New(DateTimeOffset at)
    {
        var time = at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        return new RunId($"{time}-{RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 6)}");
    }

    public static bool TryParse(string? candidate, out RunId id)
    {
        var isOne = candidate is not null && Form().IsMatch(candidate);
        id = isOne ? new RunId(candidate!) : default;
        return isOne;
    }

    public int CompareTo(RunId other) => string.CompareOrdinal(text, other.text);

    public override string ToString() => text ?? "";

    [GeneratedRegex(@"^\d{8}T\d{6}Z-[0-9a-z]{6}\z")]
    private static partial Regex Form();
}
