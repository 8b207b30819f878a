using System.Security.Cryptography;

namespace Surety.Repository.Encryption;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D) in place: a random nonce of 12 bytes, the text, a tag of 16 bytes. Random nonces are safe
/// for 2^32 texts under one key, which is 4 PB of chunks.
/// </summary>
/// <remarks>
/// An <see cref="AesGcm"/> is made for each text: it must not be used by two threads at once, and keeping
/// some would keep keys in memory for longer; docs/decisions/0015 has the reason and the figure.
/// </remarks>
internal static class SealedBytes
{
    public const int NonceSize = 12;
    public const int TagSize = 16;

    /// <summary>By how much a sealed text is longer than the text.</summary>
    public const int Overhead = NonceSize + TagSize;

    /// <summary>Where the text is, in clear before <see cref="Seal"/> and after <see cref="TryOpen"/>.</summary>
    public static Span<byte> Text(Span<byte> sealedBytes) => sealedBytes[NonceSize..^TagSize];

    /// <param name="key">32 bytes.</param>
    /// <param name="sealedBytes">Holds the text in its place; the rest is filled.</param>
    /// <param name="context">What the text belongs to: it opens in no other.</param>
    public static void Seal(SecretBytes key, Span<byte> sealedBytes, ReadOnlySpan<byte> context)
    {
        var nonce = sealedBytes[..NonceSize];
        var text = Text(sealedBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Span, TagSize);
        aes.Encrypt(nonce, text, text, sealedBytes[^TagSize..], context);
    }

    /// <summary>False where these bytes were not sealed by this key for this context; the text is then wiped.</summary>
    public static bool TryOpen(SecretBytes key, Span<byte> sealedBytes, ReadOnlySpan<byte> context)
    {
        if (sealedBytes.Length < Overhead)
        {
            return false;
        }

        var text = Text(sealedBytes);
        using var aes = new AesGcm(key.Span, TagSize);
        try
        {
            aes.Decrypt(sealedBytes[..NonceSize], text, sealedBytes[^TagSize..], text, context);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
