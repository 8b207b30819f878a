using System.Security.Cryptography;

namespace Surety.Repository.Encryption;

/// <summary>
/// Bytes that are wiped when they are disposed. Pinned, so that the garbage collector leaves no copies behind. Not a
/// record and without a text of its own: nothing prints it.
/// </summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] bytes;
    private bool disposed;

    public SecretBytes(int length) => bytes = GC.AllocateArray<byte>(length, pinned: true);

    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return bytes;
        }
    }

    /// <summary>From the generator of the operating system.</summary>
    public static SecretBytes Random(int length)
    {
        var secret = new SecretBytes(length);
        RandomNumberGenerator.Fill(secret.bytes);
        return secret;
    }

    public static SecretBytes CopyOf(ReadOnlySpan<byte> bytes)
    {
        var secret = new SecretBytes(bytes.Length);
        bytes.CopyTo(secret.bytes);
        return secret;
    }

    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(bytes);
    }
}
