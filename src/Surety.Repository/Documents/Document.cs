using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Surety.Repository.Errors;

namespace Surety.Repository.Documents;

/// <summary>Between a value and the bytes of its document.</summary>
internal static class Document
{
    public static byte[] Write<T>(string kind, string name, T value, JsonTypeInfo<T> type) =>
        Envelope.Wrap(kind, name, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static T Read<T>(string kind, string name, byte[] document, JsonTypeInfo<T> type)
    {
        var body = Envelope.Unwrap(kind, name, document);
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
}
