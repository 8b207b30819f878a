using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Surety.Repository.Encryption;

/// <summary>
/// Encrypts the bodies of documents: <c>{"encrypted":"BASE64"}</c>, bound to kind, name and repository, so that none can
/// be taken for another. Thread-safe.
/// </summary>
internal sealed class DocumentCipher(RepositoryKey key) : IDisposable
{
    private readonly SecretBytes documents = key.Derive("surety documents");
    private readonly string repositoryId = key.RepositoryId;

    private static ReadOnlySpan<byte> Start => "{\"encrypted\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <summary>True for a body that was encrypted, by whatever key.</summary>
    public static bool IsEncrypted(ReadOnlySpan<byte> body) =>
        body.Length >= Start.Length + End.Length && body.StartsWith(Start) && body.EndsWith(End);

    public byte[] Seal(string kind, string name, ReadOnlySpan<byte> body)
    {
        var sealedBytes = new byte[body.Length + SealedBytes.Overhead];
        body.CopyTo(SealedBytes.Text(sealedBytes));
        SealedBytes.Seal(documents, sealedBytes, Context(kind, name));
        var encoded = new byte[Base64.GetMaxEncodedToUtf8Length(sealedBytes.Length)];
        Base64.EncodeToUtf8(sealedBytes, encoded, out _, out _);
        return [.. Start, .. encoded, .. End];
    }

    /// <summary>The body in clear. False where it was not sealed by this key for this document.</summary>
    public bool TryOpen(string kind, string name, ReadOnlySpan<byte> body, out ReadOnlyMemory<byte> text)
    {
        var encoded = body[Start.Length..^End.Length];
        var sealedBytes = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
        var isBase64 = Base64.DecodeFromUtf8(encoded, sealedBytes, out _, out var length) == OperationStatus.Done;
        var isOurs = isBase64 && SealedBytes.TryOpen(documents, sealedBytes.AsSpan(0, length), Context(kind, name));
        text = isOurs ? sealedBytes.AsMemory(SealedBytes.NonceSize, length - SealedBytes.Overhead) : default;
        return isOurs;
    }

    public void Dispose() => documents.Dispose();

    // No part can hold a newline: kinds are constants, and names are those of blobs.
    private byte[] Context(string kind, string name) =>
        Encoding.ASCII.GetBytes($"surety document\n{repositoryId}\n{kind}\n{name}");
}
