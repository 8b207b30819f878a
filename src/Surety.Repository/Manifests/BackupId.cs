using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace Surety.Repository.Manifests;

/// <summary>
/// The name of a backup: the UTC second it was started and four random characters, as <c>20261120T171449Z-k3f9</c>, so
/// that names sort by time and two backups of one second differ.
/// </summary>
public readonly record struct BackupId : IComparable<BackupId>
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int SuffixLength = 4;

    private const int Length = 16 + 1 + SuffixLength;

    private static readonly SearchValues<char> SuffixCharacters = SearchValues.Create(Alphabet);

    private readonly string? text;

    private BackupId(string text) => this.text = text;

    /// <summary>Makes a new name for a backup started at <paramref name="startedAt"/>.</summary>
    public static BackupId New(DateTimeOffset startedAt)
    {
        var time = startedAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return new BackupId($"{time}-{RandomNumberGenerator.GetString(Alphabet, SuffixLength)}");
    }

    /// <summary>The second that the name carries.</summary>
    internal DateTimeOffset StartedAt =>
        DateTimeOffset.ParseExact(
            (text ?? "").AsSpan(0, 16),
            TimeFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );

    /// <summary>Reads a whole name; a prefix is for <c>ManifestStore.FindAsync</c>.</summary>
    public static bool TryParse(string candidate, out BackupId id)
    {
        id = default;
        if (
            candidate.Length != Length
            || candidate[16] != '-'
            || candidate.AsSpan(17).ContainsAnyExcept(SuffixCharacters)
            || !DateTime.TryParseExact(
                candidate.AsSpan(0, 16),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out _
            )
        )
        {
            return false;
        }

        id = new BackupId(candidate);
        return true;
    }

    public int CompareTo(BackupId other) => string.CompareOrdinal(text, other.text);

    public override string ToString() => text ?? "";
}
