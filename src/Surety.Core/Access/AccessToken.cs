using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Surety.Core.Access;

/// <summary>
/// What a program shows a server to be let in. 256 random bits need no slow hash: nobody guesses them, so the configuration
/// keeps their SHA-256.
/// </summary>
public static class AccessToken
{
    /// <summary>What every token begins with, so that scanners for secrets find one that got into a commit.</summary>
    public const string Prefix = "surety_";
    private const string HashPrefix = "sha256:";

    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What the configuration keeps of a token.</summary>
    public static string HashOf(string token) =>
        HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>True where a text of the configuration is what <see cref="HashOf"/> makes.</summary>
    public static bool IsHash(string text) =>
        text.StartsWith(HashPrefix, StringComparison.Ordinal)
        && text.Length == HashPrefix.Length + 2 * SHA256.HashSizeInBytes
        && text.Skip(HashPrefix.Length).All(char.IsAsciiHexDigitLower);

    /// <summary>True where a token has this hash; the time that takes tells nothing about how much of it fits.</summary>
    public static bool Fits(string token, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(token)), Encoding.ASCII.GetBytes(hash));
}
