using System.Security.Cryptography;
using Surety.Repository.Errors;
using Surety.Repository.Objects.Compression;

namespace Surety.Repository.Objects;

/// <summary>Between plain bytes and the bytes of a stored object. Thread-safe.</summary>
internal sealed class ObjectCodec
{
    private readonly ICompressor preferred;
    private readonly Zstd? zstd;
    private readonly Zlib zlib = new();

    public ObjectCodec()
        : this(Zstd.TryLoad()) { }

    internal ObjectCodec(Zstd? zstd)
    {
        this.zstd = zstd;
        preferred = zstd is null ? zlib : zstd;
    }

    public static ObjectId Identify(ReadOnlySpan<byte> plain)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(plain, digest);
        return new ObjectId(digest);
    }

    /// <summary>The object's bytes, in a rented buffer that the caller disposes.</summary>
    public RentedBytes Encode(ObjectId id, ReadOnlySpan<byte> plain)
    {
        // As long as the plain bytes and no longer: what does not become smaller is kept as it is.
        var stored = RentedBytes.Rent(ObjectHeader.Size + plain.Length);
        var payload = stored.Span[ObjectHeader.Size..];
        var compressed = preferred.TryCompress(plain, payload);
        var method = preferred.Method;
        if (compressed is not { } length || length >= plain.Length)
        {
            plain.CopyTo(payload);
            method = CompressionMethod.None;
            length = plain.Length;
        }

        stored.Trim(ObjectHeader.Size + length);
        new ObjectHeader(method, plain.Length).WriteTo(stored.Span, id);
        return stored;
    }

    /// <summary>Checks the stored bytes against the digest in their header; decompresses nothing.</summary>
    public static void Check(ObjectId id, ReadOnlySpan<byte> stored) => _ = ReadHeader(id, stored);

    /// <summary>The plain bytes, after every stored and every plain byte was checked.</summary>
    public PlainObject Decode(ObjectId id, byte[] stored)
    {
        var header = ReadHeader(id, stored);
        var plain = Decompress(id, header, stored);
        if (Identify(plain.Bytes.Span) != id)
        {
            plain.Dispose();
            throw Damaged(id, "its plain bytes do not hash to its name");
        }

        return plain;
    }

    private PlainObject Decompress(ObjectId id, ObjectHeader header, byte[] stored)
    {
        var payload = stored.AsMemory(ObjectHeader.Size);
        if (header.Compression == CompressionMethod.None)
        {
            return header.PlainLength == payload.Length
                ? new PlainObject(payload, null, stored.Length)
                : throw Damaged(id, $"it holds {payload.Length} bytes where its header says {header.PlainLength}");
        }

        var plain = RentedBytes.Rent((int)header.PlainLength);
        if (!Decompressor(id, header.Compression).TryDecompress(payload.Span, plain.Span))
        {
            plain.Dispose();
            throw Damaged(id, "its payload does not decompress to the length in its header");
        }

        return new PlainObject(plain.Memory, plain, stored.Length);
    }

    private ICompressor Decompressor(ObjectId id, CompressionMethod method) =>
        method == CompressionMethod.Zlib ? zlib
        : zstd is not null ? zstd
        : throw new SuretyException(
            ErrorCode.RepositoryUnreadable,
            $"object {id} is compressed by zstd, and this machine has no libzstd",
            "install it: apt-get install libzstd1, dnf install libzstd, or brew install zstd"
        )
        {
            Object = id.ToString(),
        };

    private static ObjectHeader ReadHeader(ObjectId id, ReadOnlySpan<byte> stored) =>
        ObjectHeader.TryRead(stored, id, out var header) is { } reason ? throw Damaged(id, reason) : header;

    private static SuretyException Damaged(ObjectId id, string reason) =>
        new(
            ErrorCode.ObjectDamaged,
            $"object {id} is damaged: {reason}",
            "run: surety verify --all, which names the backups that it belongs to"
        )
        {
            Object = id.ToString(),
        };
}
