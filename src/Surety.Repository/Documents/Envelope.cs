using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Surety.Repository.Errors;

namespace Surety.Repository.Documents;

/// <summary>
/// What every JSON document of a repository is wrapped in: its kind, format and name, and the SHA-256 of its body. It
/// has exactly one spelling, so any byte that was changed, added or lost is found; docs/format.md describes it.
/// </summary>
internal static class Envelope
{
    public const int Format = 1;

    private static ReadOnlySpan<byte> End => "}\n"u8;

    public static byte[] Wrap(string kind, string name, ReadOnlySpan<byte> body) =>
        [.. Start(kind, name, body), .. body, .. End];

    /// <summary>The body, once everything about the document was checked.</summary>
    public static ReadOnlyMemory<byte> Unwrap(string kind, string name, byte[] document)
    {
        RequireKnownFormat(name, document);

        // The start's length does not depend on the body: the digest has a fixed length.
        var start = Start(kind, name, []).Length;
        if (document.Length < start + End.Length)
        {
            throw Damaged(name, "it is too short");
        }

        var body = document.AsMemory(start, document.Length - start - End.Length);
        if (!document.AsSpan().SequenceEqual(Wrap(kind, name, body.Span)))
        {
            throw Damaged(name, "its bytes do not match its digest, kind and name");
        }

        return body;
    }

    private static byte[] Start(string kind, string name, ReadOnlySpan<byte> body)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(body));
        return Encoding.ASCII.GetBytes(
            $$"""{"kind":"{{kind}}","format":{{Format}},"name":"{{name}}","sha256":"{{digest}}","body":"""
        );
    }

    // Looked at first and by itself, so that a document of a later format is called that and not damaged.
    private static void RequireKnownFormat(string name, byte[] document)
    {
        if (ReadFormat(name, document) is var format and not Format)
        {
            throw new SuretyException(
                ErrorCode.RepositoryFormatUnknown,
                $"{name} has format {format}; this Surety reads format {Format} and has changed nothing",
                "use the version of Surety that wrote it, or a newer one"
            )
            {
                Object = name,
            };
        }
    }

    private static long ReadFormat(string name, byte[] document)
    {
        try
        {
            var reader = new Utf8JsonReader(document);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.ValueTextEquals("format"u8) && reader.Read())
                {
                    return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var format)
                        ? format
                        : throw Damaged(name, "its format is not a number");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged(name, "it is not a document of a repository", e);
        }

        throw Damaged(name, "it says no format");
    }

    private static SuretyException Damaged(string name, string reason, Exception? inner = null) =>
        new(
            ErrorCode.RepositoryDamaged,
            $"{name} is damaged: {reason}",
            "run: surety verify --all; fetch the file from a copy of the repository if you have one",
            inner
        )
        {
            Object = name,
        };
}
