using System.Text;

namespace Surety.Repository.Encryption;

/// <summary>What somebody knows or has that opens a repository: a passphrase, or what is in a key file. Wiped when disposed.</summary>
public sealed class KeySecret : IDisposable
{
    internal KeySecret(KeyKind kind, SecretBytes bytes) => (Kind, Bytes) = (kind, bytes);

    public KeyKind Kind { get; }

    /// <summary>The passphrase in UTF-8, or the 32 bytes of the key file.</summary>
    internal SecretBytes Bytes { get; }

    /// <summary>A passphrase as it was typed: no character of it is changed or left out. It must not be empty.</summary>
    public static KeySecret OfPassphrase(ReadOnlySpan<char> passphrase)
    {
        ArgumentOutOfRangeException.ThrowIfZero(passphrase.Length, nameof(passphrase));
        var bytes = new SecretBytes(Encoding.UTF8.GetByteCount(passphrase));
        Encoding.UTF8.GetBytes(passphrase, bytes.Span);
        return new KeySecret(KeyKind.Passphrase, bytes);
    }

    public void Dispose() => Bytes.Dispose();
}
