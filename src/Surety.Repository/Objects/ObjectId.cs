using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Surety.Repository.Objects;

/// <summary>
/// The name of an object: SHA-256 of its plain bytes (FIPS 180-4), in an encrypted repository HMAC-SHA-256 of them under
/// a key of it; 32 bytes, written as 64 lower-case hex digits.
/// </summary>
public readonly record struct ObjectId : IComparable<ObjectId>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private static readonly SearchValues<byte> AsciiHexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly UInt128 high;
    private readonly UInt128 low;

    /// <summary>Takes exactly <see cref="Size"/> bytes.</summary>
    public ObjectId(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Size)
        {
            throw new ArgumentException($"an object id has {Size} bytes, not {digest.Length}", nameof(digest));
        }

        high = BinaryPrimitives.ReadUInt128BigEndian(digest);
        low = BinaryPrimitives.ReadUInt128BigEndian(digest[16..]);
    }

    /// <summary>The name in a repository that is not encrypted.</summary>
    public static ObjectId OfPlain(ReadOnlySpan<byte> plain)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(plain, digest);
        return new ObjectId(digest);
    }

    /// <summary>Writes the 32 bytes of the id.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], low);
    }

    /// <summary>Reads 64 lower-case hex digits; anything else, capitals included, is not an object id.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectId id)
    {
        id = default;
        if (text.Length != Size * 2 || text.ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        id = new ObjectId(Convert.FromHexString(text));
        return true;
    }

    /// <summary>As the other, of ASCII, and without making anything on the way.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out ObjectId id)
    {
        id = default;
        Span<byte> digest = stackalloc byte[Size];
        if (
            ascii.Length != Size * 2
            || ascii.ContainsAnyExcept(AsciiHexDigits)
            || Convert.FromHexString(ascii, digest, out _, out _) != OperationStatus.Done
        )
        {
            return false;
        }

        id = new ObjectId(digest);
        return true;
    }

    /// <summary>What its folder is named after.</summary>
    internal byte FirstByte => (byte)(high >> 120);

    // A digest is as good a hash as any: a part of it will do.
    public override int GetHashCode() => (int)(ulong)low;

    public int CompareTo(ObjectId other) => high != other.high ? high.CompareTo(other.high) : low.CompareTo(other.low);

    public override string ToString() => $"{high:x32}{low:x32}";
}
