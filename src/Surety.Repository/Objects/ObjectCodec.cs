using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Objects.Compression;

namespace Surety.Repository.Objects;

/// <summary>
/// Between plain bytes and the bytes of a stored object: compressed and, with a cipher, then encrypted. One with a cipher
/// takes nothing that is not encrypted, one without nothing that is. Thread-safe.
/// </summary>
internal sealed class ObjectCodec
{
    private readonly ICompressor preferred;
    private readonly Zstd? zstd;
    private readonly Zlib zlib = new();
    private readonly ObjectCipher? cipher;
    private readonly Range payloadText;

    public ObjectCodec(ObjectCipher? cipher = null)
        : this(Zstd.TryLoad(), cipher) { }

    internal ObjectCodec(Zstd? zstd, ObjectCipher? cipher)
    {
        this.zstd = zstd;
        this.cipher = cipher;
        preferred = zstd is null ? zlib : zstd;
        payloadText = cipher is null
            ? ObjectHeader.Size..
            : (ObjectHeader.Size + SealedBytes.NonceSize)..^SealedBytes.TagSize;
    }

    /// <summary>The name of these bytes in this repository.</summary>
    public ObjectId Identify(ReadOnlySpan<byte> plain) => cipher?.Identify(plain) ?? ObjectId.OfPlain(plain);

    /// <summary>The object's bytes, in a rented buffer that the caller disposes.</summary>
    public RentedBytes Encode(ObjectId id, ReadOnlySpan<byte> plain)
    {
        // As long as the plain bytes and no longer: what does not become smaller is kept as it is.
        var overhead = ObjectHeader.Size + (cipher is null ? 0 : SealedBytes.Overhead);
        var stored = RentedBytes.Rent(overhead + plain.Length);
        var text = stored.Span[payloadText];
        var compressed = preferred.TryCompress(plain, text);
        var method = preferred.Method;
        if (compressed is not { } length || length >= plain.Length)
        {
            plain.CopyTo(text);
            method = CompressionMethod.None;
            length = plain.Length;
        }

        stored.Trim(overhead + length);
        new ObjectHeader(method, cipher is not null, plain.Length).WriteTo(stored.Span);
        cipher?.Seal(id, stored.Span[..ObjectHeader.FieldsSize], stored.Span[ObjectHeader.Size..]);
        ObjectHeader.WriteDigest(stored.Span, id);
        return stored;
    }

    /// <summary>Checks the stored bytes against the digest in their header; decrypts and decompresses nothing.</summary>
    public void Check(ObjectId id, ReadOnlySpan<byte> stored) => _ = ReadHeader(id, stored);

    /// <summary>
    /// The plain bytes, after every stored and every plain byte was checked. <paramref name="stored"/> is taken over:
    /// it is decrypted in place.
    /// </summary>
    public PlainObject Decode(ObjectId id, byte[] stored)
    {
        var header = ReadHeader(id, stored);
        var span = stored.AsSpan();
        if (cipher?.TryOpen(id, span[..ObjectHeader.FieldsSize], span[ObjectHeader.Size..]) == false)
        {
            throw Damaged(id, "it was not written with this repository's key for this name");
        }

        var plain = Decompress(id, header, stored.AsMemory(payloadText), stored.Length);
        if (Identify(plain.Bytes.Span) != id)
        {
            plain.Dispose();
            throw Damaged(id, "its plain bytes do not hash to its name");
        }

        return plain;
    }

    private PlainObject Decompress(ObjectId id, ObjectHeader header, ReadOnlyMemory<byte> payload, long storedLength)
    {
        if (header.Compression == CompressionMethod.None)
        {
            return header.PlainLength == payload.Length
                ? new PlainObject(payload, null, storedLength)
                : throw Damaged(id, $"it holds {payload.Length} bytes where its header says {header.PlainLength}");
        }

        var plain = RentedBytes.Rent((int)header.PlainLength);
        if (!Decompressor(id, header.Compression).TryDecompress(payload.Span, plain.Span))
        {
            plain.Dispose();
            throw Damaged(id, "its payload does not decompress to the length in its header");
        }

        return new PlainObject(plain.Memory, plain, storedLength);
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

    private ObjectHeader ReadHeader(ObjectId id, ReadOnlySpan<byte> stored)
    {
        if (ObjectHeader.TryRead(stored, id, out var header) is { } reason)
        {
            throw Damaged(id, reason);
        }

        return header.IsEncrypted == cipher is not null ? header
            : header.IsEncrypted ? throw Damaged(id, "it is encrypted, and this repository is not")
            : throw Damaged(id, "it is not encrypted, and this repository is");
    }

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
