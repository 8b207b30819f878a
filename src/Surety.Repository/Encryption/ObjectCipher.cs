using System.Security.Cryptography;
using Surety.Repository.Objects;

namespace Surety.Repository.Encryption;

/// <summary>Names and encrypts objects. Thread-safe.</summary>
internal sealed class ObjectCipher(RepositoryKey key) : IDisposable
{
    private readonly SecretBytes content = key.Derive("surety objects");
    private readonly SecretBytes names = key.Derive("surety object ids");

    /// <summary>HMAC-SHA-256 of the plain bytes: who has not the key cannot tell from a name whether he knows what it holds.</summary>
    public ObjectId Identify(ReadOnlySpan<byte> plain)
    {
        Span<byte> digest = stackalloc byte[ObjectId.Size];
        HMACSHA256.HashData(names.Span, plain, digest);
        return new ObjectId(digest);
    }

    public void Seal(ObjectId id, ReadOnlySpan<byte> headerFields, Span<byte> payload)
    {
        Span<byte> context = stackalloc byte[ObjectId.Size + ObjectHeader.FieldsSize];
        SealedBytes.Seal(content, payload, Context(id, headerFields, context));
    }

    public bool TryOpen(ObjectId id, ReadOnlySpan<byte> headerFields, Span<byte> payload)
    {
        Span<byte> context = stackalloc byte[ObjectId.Size + ObjectHeader.FieldsSize];
        return SealedBytes.TryOpen(content, payload, Context(id, headerFields, context));
    }

    public void Dispose()
    {
        content.Dispose();
        names.Dispose();
    }

    private static Span<byte> Context(ObjectId id, ReadOnlySpan<byte> headerFields, Span<byte> context)
    {
        id.CopyTo(context);
        headerFields.CopyTo(context[ObjectId.Size..]);
        return context;
    }
}
