using System.Text.Json.Serialization;
using Surety.Repository.Documents;

namespace Surety.Repository.Locks;

/// <summary>Body of <c>locks/ID.json</c>.</summary>
internal sealed record LockDocument(
    string Id,
    bool Exclusive,
    string Operation,
    LockHolder Holder,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
)
{
    public const string Folder = "locks/";

    public string Name => $"{Folder}{Id}.json";

    /// <summary>Given back by who may not delete it. A sign that needs no clock: those of two machines may differ.</summary>
    [JsonIgnore]
    public bool IsReleased => ExpiresAt == CreatedAt;

    public LockDocument Released() => this with { ExpiresAt = CreatedAt };

    public byte[] ToBytes() =>
        DocumentCodec.Plain.Write(DocumentKind.Lock, Name, this, RepositoryJson.Default.LockDocument);

    public static LockDocument FromBytes(string name, byte[] document) =>
        DocumentCodec.Plain.Read(DocumentKind.Lock, name, document, RepositoryJson.Default.LockDocument);
}
