using Surety.Repository.Documents;

namespace Surety.Repository;

/// <summary>What a repository says of itself in <c>surety.json</c>.</summary>
/// <param name="Id">128 random bits, as 32 lower-case hex digits: tells two repositories apart.</param>
/// <param name="Format">Version of the layout on disk.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record RepositoryInfo(string Id, int Format, DateTimeOffset CreatedAt)
{
    internal const string Name = "surety.json";

    internal byte[] ToDocument() =>
        Document.Write(
            DocumentKind.Repository,
            Name,
            new RepositoryDocument(Id, CreatedAt),
            RepositoryJson.Default.RepositoryDocument
        );

    internal static RepositoryInfo FromDocument(byte[] document)
    {
        var body = Document.Read(DocumentKind.Repository, Name, document, RepositoryJson.Default.RepositoryDocument);
        return new RepositoryInfo(body.Id, Envelope.Format, body.CreatedAt);
    }
}

/// <summary>Body of <c>surety.json</c>.</summary>
internal sealed record RepositoryDocument(string Id, DateTimeOffset CreatedAt);
