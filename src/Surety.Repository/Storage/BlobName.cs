using System.Buffers;

namespace Surety.Repository.Storage;

/// <summary>
/// What may be the name of a blob. A name can come out of a damaged or hostile document, so every store asks here before
/// it makes a path or a key of one.
/// </summary>
internal static class BlobName
{
    /// <summary>First part of names that stores keep for themselves.</summary>
    public const string Reserved = "tmp";

    private const int MaxLength = 255;

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.-_"
    );

    public static void Require(string name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException($"not the name of a blob: '{name}'", nameof(name));
        }
    }

    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength || name.Split('/')[0] == Reserved)
        {
            return false;
        }

        foreach (var part in name.AsSpan().Split('/'))
        {
            if (!IsValidPart(name.AsSpan(part)))
            {
                return false;
            }
        }

        return true;
    }

    // A part that starts with a dot would be "." or "..", or hidden from a person who looks.
    private static bool IsValidPart(ReadOnlySpan<char> part) =>
        part.Length > 0 && part[0] != '.' && !part.ContainsAnyExcept(Allowed);
}
