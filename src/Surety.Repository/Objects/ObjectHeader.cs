using System.Buffers.Binary;
using System.Security.Cryptography;
using Surety.Repository.Encryption;
using Surety.Repository.Objects.Compression;

namespace Surety.Repository.Objects;

/// <summary>The 48 bytes before an object's payload; docs/format.md has the table.</summary>
internal readonly record struct ObjectHeader(CompressionMethod Compression, bool IsEncrypted, long PlainLength)
{
    public const int Size = 48;

    /// <summary>Length of what comes before the digest.</summary>
    public const int FieldsSize = DigestAt;

    /// <summary>
    /// The most that one object may hold. PostgreSQL's largest row is 1 GB (MaxAllocSize), and a chunk holds at least
    /// one row; with zstd's worst case on top it still fits into one array.
    /// </summary>
    public const int MaxPlainLength = 2_000_000_000;

    private const byte Version = 1;
    private const byte NotEncrypted = 0;
    private const byte Aes256Gcm = 1;

    private const int VersionAt = 4;
    private const int CompressionAt = 5;
    private const int EncryptionAt = 6;
    private const int ZeroAt = 7;
    private const int PlainLengthAt = 8;
    private const int DigestAt = 16;

    private static ReadOnlySpan<byte> Magic => "SRTY"u8;

    /// <summary>What can be told of an object by lengths alone: what compression makes longer is kept as it is.</summary>
    public static bool IsPlausible(long storedLength, int plainLength) =>
        storedLength > Size && storedLength <= Size + (long)plainLength + SealedBytes.Overhead;

    /// <summary>Fills the header of <paramref name="stored"/>, up to the digest.</summary>
    public void WriteTo(Span<byte> stored)
    {
        Magic.CopyTo(stored);
        stored[VersionAt] = Version;
        stored[CompressionAt] = (byte)Compression;
        stored[EncryptionAt] = IsEncrypted ? Aes256Gcm : NotEncrypted;
        stored[ZeroAt] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(stored[PlainLengthAt..], PlainLength);
    }

    /// <summary>Fills in the digest, once everything else is in its place.</summary>
    public static void WriteDigest(Span<byte> stored, ObjectId id) => Digest(stored, id, stored[DigestAt..Size]);

    /// <summary>
    /// Reads the header and checks every stored byte against its digest. Returns what is wrong, or null where all is
    /// well.
    /// </summary>
    public static string? TryRead(ReadOnlySpan<byte> stored, ObjectId id, out ObjectHeader header)
    {
        header = default;
        if (stored.Length < Size)
        {
            return $"it is {stored.Length} bytes long, shorter than a header";
        }

        if (!stored.StartsWith(Magic))
        {
            return "it does not begin as an object";
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Digest(stored, id, digest);
        if (!digest.SequenceEqual(stored[DigestAt..Size]))
        {
            return "its stored bytes do not match their digest";
        }

        return Interpret(stored, out header);
    }

    private static string? Interpret(ReadOnlySpan<byte> stored, out ObjectHeader header)
    {
        var plainLength = BinaryPrimitives.ReadInt64LittleEndian(stored[PlainLengthAt..]);
        header = new ObjectHeader(
            (CompressionMethod)stored[CompressionAt],
            stored[EncryptionAt] == Aes256Gcm,
            plainLength
        );
        return stored switch
        {
            _ when stored[VersionAt] != Version =>
                $"it has version {stored[VersionAt]}, which this Surety does not read",
            _ when stored[EncryptionAt] > Aes256Gcm =>
                $"it is encrypted by method {stored[EncryptionAt]}, which this Surety does not read",
            _ when stored[ZeroAt] != 0 => "a byte of its header that must be zero is not",
            _ when header.Compression > CompressionMethod.Zlib =>
                $"it is compressed by method {stored[CompressionAt]}, which this Surety does not read",
            _ when plainLength is < 0 or > MaxPlainLength =>
                $"it claims {plainLength} plain bytes, more than an object has",
            _ => null,
        };
    }

    // The id is part of it, so that an object under another's name is found without decompressing anything.
    private static void Digest(ReadOnlySpan<byte> stored, ObjectId id, Span<byte> destination)
    {
        Span<byte> name = stackalloc byte[ObjectId.Size];
        id.CopyTo(name);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(name);
        hash.AppendData(stored[..DigestAt]);
        hash.AppendData(stored[Size..]);
        hash.GetHashAndReset(destination);
    }
}
