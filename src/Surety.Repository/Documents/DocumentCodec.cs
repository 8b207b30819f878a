using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;

namespace Surety.Repository.Documents;

/// <summary>
/// Between a value and the bytes of its document. In an encrypted repository with <paramref name="cipher"/>, which then
/// takes nothing that is not encrypted; in another, and for what stays in clear, without, which takes nothing that is.
/// </summary>
internal sealed class DocumentCodec(DocumentCipher? cipher)
{
    /// <summary>Of what is never encrypted: <c>surety.json</c>, keys and locks.</summary>
    public static DocumentCodec Plain { get; } = new(null);

    public byte[] Write<T>(string kind, string name, T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return Envelope.Wrap(kind, name, cipher?.Seal(kind, name, body) ?? body);
    }

    public T Read<T>(string kind, string name, byte[] document, JsonTypeInfo<T> type)
    {
        var body = Decrypt(kind, name, Envelope.Unwrap(kind, name, document));
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("the body is null");
        }
        catch (JsonException e)
        {
            throw NotUnderstood(name, e);
        }
    }

    /// <summary>For bytes that are what was written, as their digest shows, and still say something else.</summary>
    public static SuretyException NotUnderstood(string name, JsonException inner) =>
        new(
            ErrorCode.RepositoryFormatUnknown,
            $"{name} is whole, but says something that this Surety does not understand: {inner.Message}",
            "use the version of Surety that wrote it, or a newer one",
            inner
        )
        {
            Object = name,
        };

    // Its digest proves nothing about who wrote it: without this, who can write to a repository could put a document of
    // his own there.
    private ReadOnlyMemory<byte> Decrypt(string kind, string name, ReadOnlyMemory<byte> body) =>
        (DocumentCipher.IsEncrypted(body.Span), cipher) switch
        {
            (false, null) => body,
            (true, { } key) => key.TryOpen(kind, name, body.Span, out var text)
                ? text
                : throw Foreign(name, "it was not written with this repository's key for this name"),
            (true, null) => throw Foreign(name, "it is encrypted, and this repository is not"),
            (false, _) => throw Foreign(name, "it is not encrypted, and this repository is"),
        };

    private static SuretyException Foreign(string name, string reason) =>
        new(
            ErrorCode.RepositoryDamaged,
            $"{name} is damaged: {reason}",
            "somebody put it there: look who can write to the repository, and run: surety verify --all"
        )
        {
            Object = name,
        };
}
