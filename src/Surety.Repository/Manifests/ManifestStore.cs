using System.Text.Json;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Objects;
using Surety.Repository.Storage;

namespace Surety.Repository.Manifests;

/// <summary>The documents that make backups exist.</summary>
public sealed class ManifestStore
{
    internal const string Folder = "backups/";

    private readonly IBlobStore store;
    private readonly ObjectStore objects;
    private readonly DocumentCodec documents;

    internal ManifestStore(IBlobStore store, ObjectStore objects, DocumentCodec documents)
    {
        this.store = store;
        this.objects = objects;
        this.documents = documents;
    }

    /// <summary>All backups, oldest first. Manifests that cannot be read are in <see cref="ManifestList.Damaged"/>.</summary>
    public async Task<ManifestList> ListAsync(CancellationToken cancellationToken)
    {
        var found = await DocumentFolder.ReadAllAsync(store, Folder, isWanted: null, ReadNamedAsync, cancellationToken);
        return new ManifestList(
            found.Values,
            found.Damaged.Select(document => new DamagedManifest(document.Name, document.Error))
        );
    }

    /// <summary>
    /// The backup that a person named. A whole id names it whatever its database; <c>latest</c> is the newest of
    /// <paramref name="database"/> (null: of all); a prefix must fit one backup, and where it fits several, one of
    /// <paramref name="database"/>. <see cref="ErrorCode.BackupNotFound"/>, <see cref="ErrorCode.BackupAmbiguous"/>.
    /// </summary>
    public async Task<Manifest> FindAsync(
        string idOrPrefixOrLatest,
        string? database,
        CancellationToken cancellationToken
    ) =>
        BackupId.TryParse(idOrPrefixOrLatest, out var id)
            ? await TryReadAsync(id, cancellationToken)
                ?? throw BackupChoice.NotFound(idOrPrefixOrLatest, store.Location)
            : BackupChoice.Choose(idOrPrefixOrLatest, database, await ListAsync(cancellationToken), store.Location);

    /// <summary>Stores what a backup holds; <see cref="Manifest.Contents"/> then names it.</summary>
    public async Task<StoredStreamParts> StoreContentsAsync(
        BackupContents contents,
        CancellationToken cancellationToken
    )
    {
        using var json = new MemoryStream();
        await JsonSerializer.SerializeAsync(json, contents, RepositoryJson.Default.BackupContents, cancellationToken);
        json.Position = 0;
        return await objects.PutStreamAsync(json, cancellationToken);
    }

    /// <summary>What a backup holds. Errors as <see cref="ObjectStore.GetAsync"/>.</summary>
    public async Task<BackupContents> ReadContentsAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        await using var json = objects.OpenStream(manifest.Contents);
        try
        {
            return await JsonSerializer.DeserializeAsync(json, RepositoryJson.Default.BackupContents, cancellationToken)
                ?? throw new JsonException("the document is null");
        }
        catch (JsonException e)
        {
            throw DocumentCodec.NotUnderstood($"the contents of backup {manifest.Id}", e);
        }
    }

    /// <summary>
    /// Makes a backup exist: passes the barrier, so that everything the manifest names is durable, and then creates the
    /// manifest durably. Never replaces one.
    /// </summary>
    public async Task CommitAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        await objects.FlushAsync(cancellationToken);
        var name = NameOf(manifest.Id);
        var document = documents.Write(DocumentKind.Manifest, name, manifest, RepositoryJson.Default.Manifest);
        if (!await store.TryCreateAsync(name, document, cancellationToken))
        {
            throw new SuretyException(
                ErrorCode.Internal,
                $"there is a backup {manifest.Id} already: it was kept, and this one does not exist",
                "run the backup again: it gets another id, and reuses what was stored"
            )
            {
                Object = name,
            };
        }
    }

    /// <summary>True where a backup of that id is, whole or not.</summary>
    public async ValueTask<bool> ContainsAsync(BackupId id, CancellationToken cancellationToken) =>
        await store.GetLengthAsync(NameOf(id), cancellationToken) is not null;

    internal static string NameOf(BackupId id) => $"{Folder}{id}{DocumentFolder.Extension}";

    /// <summary>Reads and checks a manifest again; null where there is none of that id.</summary>
    internal async ValueTask<Manifest?> TryReadAsync(BackupId id, CancellationToken cancellationToken)
    {
        var name = NameOf(id);
        var document = await store.ReadAsync(name, cancellationToken);
        if (document is null)
        {
            return null;
        }

        var manifest = documents.Read(DocumentKind.Manifest, name, document, RepositoryJson.Default.Manifest);
        return manifest.Id == id ? manifest : throw Misnamed(name, $"it describes backup {manifest.Id}");
    }

    private ValueTask<Manifest?> ReadNamedAsync(string name, CancellationToken cancellationToken) =>
        BackupId.TryParse(name[Folder.Length..^DocumentFolder.Extension.Length], out var id)
            ? TryReadAsync(id, cancellationToken)
            : throw Misnamed(name, "its name is not that of a backup");

    private static SuretyException Misnamed(string name, string reason) =>
        new(
            ErrorCode.RepositoryDamaged,
            $"{name} is damaged: {reason}",
            "rename it back, or move it out of the repository"
        )
        {
            Object = name,
        };
}
