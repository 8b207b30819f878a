using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Surety.Core.Access;

/// <summary>
/// What the configuration keeps of a password: PBKDF2-HMAC-SHA512 in the PHC string format,
/// <c>$pbkdf2-sha512$i=210000$salt$hash</c>, so that a later version can make stronger ones beside these.
/// </summary>
public sealed class PasswordHash
{
    /// <summary>OWASP Password Storage Cheat Sheet, for PBKDF2-HMAC-SHA512.</summary>
    public const int Iterations = 210_000;

    /// <summary>The shortest password that a hash is made of (NIST SP 800-63B asks for 8 where a second factor is used, 15 without).</summary>
    public const int ShortestPassword = 12;

    /// <summary>So that nobody keeps a server busy with the hashing of a book.</summary>
    public const int LongestPassword = 1024;

    private const string Algorithm = "pbkdf2-sha512";
    private const int MostIterations = 10_000_000;
    private const int SaltLength = 16;

    private readonly int iterations;
    private readonly byte[] salt;
    private readonly byte[] hash;

    private PasswordHash(int iterations, byte[] salt, byte[] hash) =>
        (this.iterations, this.salt, this.hash) = (iterations, salt, hash);

    public static PasswordHash Of(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new PasswordHash(Iterations, salt, Derive(password, salt, Iterations));
    }

    /// <summary>Null where the text is no hash of a password.</summary>
    public static PasswordHash? TryParse(string text)
    {
        if (
            text.Split('$') is not ["", Algorithm, ['i', '=', .. var count], var salt, var hash]
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < Iterations or > MostIterations
        )
        {
            return null;
        }

        return
            TryDecode(salt) is { Length: >= SaltLength } salted
            && TryDecode(hash) is { Length: SHA512.HashSizeInBytes } hashed
            ? new PasswordHash(iterations, salted, hashed)
            : null;
    }

    /// <summary>Takes as long for a wrong password as for the right one.</summary>
    public bool Fits(string password) =>
        password.Length <= LongestPassword
        && CryptographicOperations.FixedTimeEquals(Derive(password, salt, iterations), hash);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"${Algorithm}$i={iterations}${Encode(salt)}${Encode(hash)}");

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(
            // One password is typed as different characters on different keyboards: NIST SP 800-63B, 3.1.1.2.
            Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)),
            salt,
            iterations,
            HashAlgorithmName.SHA512,
            SHA512.HashSizeInBytes
        );

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[]? TryDecode(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
