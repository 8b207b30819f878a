using System.Text.Json.Serialization;
using Surety.Repository.Documents;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;

namespace Surety.Repository;

/// <summary>What a repository says of itself in <c>surety.json</c>.</summary>
/// <param name="Id">128 random bits, as 32 lower-case hex digits: tells two repositories apart.</param>
/// <param name="Format">Version of the layout on disk.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Encryption">How it is encrypted; null where it is not.</param>
public sealed record RepositoryInfo(string Id, int Format, DateTimeOffset CreatedAt, EncryptionInfo? Encryption = null)
{
    internal const string Name = "surety.json";

    internal byte[] ToDocument() =>
        DocumentCodec.Plain.Write(
            DocumentKind.Repository,
            Name,
            new RepositoryDocument(Id, CreatedAt, Encryption),
            RepositoryJson.Default.RepositoryDocument
        );

    internal static RepositoryInfo FromDocument(byte[] document)
    {
        var body = DocumentCodec.Plain.Read(
            DocumentKind.Repository,
            Name,
            document,
            RepositoryJson.Default.RepositoryDocument
        );
        if (body.Encryption is { Method: not EncryptionInfo.Aes256Gcm } unknown)
        {
            throw new SuretyException(
                ErrorCode.RepositoryFormatUnknown,
                $"the repository is encrypted by {unknown.Method}, which this Surety does not know; nothing was changed",
                "use the version of Surety that wrote it, or a newer one"
            )
            {
                Object = Name,
            };
        }

        return new RepositoryInfo(body.Id, Envelope.Format, body.CreatedAt, body.Encryption);
    }
}

/// <summary>Body of <c>surety.json</c>.</summary>
/// <param name="Encryption">Left out where the repository is not encrypted, as before there was encryption.</param>
internal sealed record RepositoryDocument(
    string Id,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EncryptionInfo? Encryption = null
);
