using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Bytes that are written first and read after, from their beginning, in a temporary file that goes with this. They are
/// rows, perhaps of an encrypted backup, so they are on disk only encrypted, by a key that nobody but this process has:
/// what a killed one leaves says nothing.
/// </summary>
internal sealed class SpoolFile : IDisposable
{
    /// <summary>Bytes are read back in pieces of this length, except the last.</summary>
    public const int PieceBytes = 1 << 16;

    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly FileStream file;
    private readonly AesGcm cipher;
    private readonly byte[] piece = new byte[PieceBytes];
    private readonly byte[] stored = new byte[PieceBytes + TagBytes];
    private int filled;

    /// <param name="path">Of a file that does not exist.</param>
    public SpoolFile(string path)
    {
        file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            1,
            FileOptions.DeleteOnClose
        );
        cipher = new AesGcm(RandomNumberGenerator.GetBytes(KeyBytes), TagBytes);
    }

    /// <summary>Nothing may be written once something was read.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = Math.Min(bytes.Length, PieceBytes - filled);
            bytes[..count].CopyTo(piece.AsSpan(filled));
            filled += count;
            bytes = bytes[count..];
            if (filled == PieceBytes)
            {
                StorePiece();
            }
        }
    }

    public void Write(byte value) => Write([value]);

    /// <summary>All that was written, piece by piece; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read()
    {
        if (filled > 0)
        {
            StorePiece();
        }

        file.Position = 0;
        for (
            long number = 0;
            file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) is var read and > 0;
            number++
        )
        {
            var length = read - TagBytes;
            cipher.Decrypt(
                Nonce(number),
                stored.AsSpan(0, length),
                stored.AsSpan(length, TagBytes),
                piece.AsSpan(0, length)
            );
            yield return piece.AsMemory(0, length);
        }
    }

    public void Dispose()
    {
        cipher.Dispose();
        file.Dispose();
    }

    private void StorePiece()
    {
        var number = file.Position / stored.Length;
        cipher.Encrypt(
            Nonce(number),
            piece.AsSpan(0, filled),
            stored.AsSpan(0, filled),
            stored.AsSpan(filled, TagBytes)
        );
        file.Write(stored, 0, filled + TagBytes);
        filled = 0;
    }

    // A number is enough: the key is of this file alone.
    private static byte[] Nonce(long number)
    {
        var nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        return nonce;
    }
}
