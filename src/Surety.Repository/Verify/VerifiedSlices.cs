using System.Text.Json.Serialization;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Objects;
using Surety.Repository.Storage;

namespace Surety.Repository.Verify;

/// <summary>
/// When which data of a repository was read, in 256 slices by the first byte of the object ids: a document of constant size,
/// whatever the repository holds. Nothing is restored from it. Without it everything counts as never read.
/// </summary>
internal sealed class VerifiedSlices
{
    public const int Count = 256;

    internal const string Name = "verified.json";

    private readonly SliceReads[] slices;

    private VerifiedSlices(SliceReads[] slices) => this.slices = slices;

    public static VerifiedSlices Nothing => new([.. Enumerable.Repeat(SliceReads.None, Count)]);

    public SliceReads this[int slice]
    {
        get => slices[slice];
        set => slices[slice] = value;
    }

    public DateTimeOffset? LastRead(ObjectId id, DateTimeOffset born) => slices[id.FirstByte].LastRead(born);

    /// <summary>Nothing where there is no document. RepositoryDamaged where it is not what was written.</summary>
    public static async Task<VerifiedSlices> ReadAsync(
        IBlobStore store,
        DocumentCodec documents,
        CancellationToken cancellationToken
    )
    {
        if (await store.ReadAsync(Name, cancellationToken) is not { } bytes)
        {
            return Nothing;
        }

        var found = documents.Read(DocumentKind.Verified, Name, bytes, RepositoryJson.Default.VerifiedDocument);
        var slices = found.Slices.Select(SliceReads.TryMake).OfType<SliceReads>().ToArray();
        return slices.Length == Count && found.Slices.Count == Count
            ? new VerifiedSlices(slices)
            : throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{Name} is damaged: it does not tell of {Count} slices",
                "remove it: the next verifications read everything once"
            )
            {
                Object = Name,
            };
    }

    /// <summary>Replaces the document, durably.</summary>
    public ValueTask WriteAsync(IBlobStore store, DocumentCodec documents, CancellationToken cancellationToken)
    {
        var document = new VerifiedDocument { Slices = [.. slices.Select(slice => slice.Reads)] };
        var bytes = documents.Write(DocumentKind.Verified, Name, document, RepositoryJson.Default.VerifiedDocument);
        return store.WriteAsync(Name, bytes, durable: true, cancellationToken);
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record VerifiedDocument
{
    public required IReadOnlyList<IReadOnlyList<SliceRead>> Slices { get; init; }
}
