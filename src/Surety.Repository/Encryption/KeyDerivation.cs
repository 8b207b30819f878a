using System.Security.Cryptography;
using Surety.Repository.Errors;

namespace Surety.Repository.Encryption;

/// <summary>How a passphrase becomes the key that wraps the repository's key: PBKDF2 (RFC 8018).</summary>
/// <param name="Method">Always <see cref="Pbkdf2"/>.</param>
/// <param name="Iterations">Rounds: what makes guessing slow.</param>
/// <param name="Salt">Random: what makes guesses good for one key only.</param>
internal sealed record KeyDerivation(string Method, int Iterations, byte[] Salt)
{
    public const string Pbkdf2 = "pbkdf2-hmac-sha512";

    /// <summary>A quarter of a second on a server of 2026; OWASP's advice for SHA-512 was 210,000.</summary>
    public const int StandardIterations = 600_000;

    private const int SaltSize = 32;
    private const int MaxSaltSize = 1024;

    // What a document says is done before it can be known to be genuine: seconds at the most.
    private const int MaxIterations = 10_000_000;

    public static KeyDerivation New(int iterations) =>
        new(Pbkdf2, iterations, RandomNumberGenerator.GetBytes(SaltSize));

    public SecretBytes Derive(SecretBytes passphrase)
    {
        var key = new SecretBytes(RepositoryKey.Size);
        Rfc2898DeriveBytes.Pbkdf2(passphrase.Span, Salt, key.Span, Iterations, HashAlgorithmName.SHA512);
        return key;
    }

    /// <summary>Refuses what this Surety does not know or should not do.</summary>
    public void Require(string document)
    {
        if (Method != Pbkdf2 || Iterations is < 1 or > MaxIterations || Salt.Length is 0 or > MaxSaltSize)
        {
            throw new SuretyException(
                ErrorCode.RepositoryFormatUnknown,
                $"{document} derives its key in a way that this Surety does not know",
                "use the version of Surety that wrote it, or a newer one"
            )
            {
                Object = document,
            };
        }
    }
}
