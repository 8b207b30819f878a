using System.Buffers.Binary;

namespace Surety.Core.Postgres.Wire;

/// <summary>
/// What surrounds the rows of a binary COPY. Source: PostgreSQL manual, COPY, "Binary Format".
/// </summary>
internal static class BinaryCopy
{
    /// <summary>In bytes: the signature, the flags and the length of the extension, which is empty so far.</summary>
    public const int HeaderLength = 11 + sizeof(int) + sizeof(int);

    /// <summary>In bytes: a field count of -1.</summary>
    public const int TrailerLength = sizeof(short);

    // Bits 16 to 31 are critical: a reader must refuse those that it does not know. None is known today.
    private const uint CriticalFlags = 0xFFFF0000;

    /// <summary><c>PGCOPY\n\377\r\n\0</c></summary>
    private static ReadOnlySpan<byte> Signature => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00];

    /// <summary>False where the start is not the header of a stream that this code understands.</summary>
    public static bool TrySkipHeader(ReadOnlySpan<byte> stream, out ReadOnlySpan<byte> rest)
    {
        rest = default;
        if (stream.Length < HeaderLength || !stream.StartsWith(Signature))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt32BigEndian(stream[Signature.Length..]);
        var extension = BinaryPrimitives.ReadInt32BigEndian(stream[(Signature.Length + sizeof(int))..]);
        if ((flags & CriticalFlags) != 0 || extension < 0 || extension > stream.Length - HeaderLength)
        {
            return false;
        }

        rest = stream[(HeaderLength + extension)..];
        return true;
    }

    public static bool IsTrailer(ReadOnlySpan<byte> row) => row is [0xFF, 0xFF];
}
