using System.Text.Json;
using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Objects;
using Surety.Repository.Storage;

namespace Surety.Repository.Manifests;

/// <summary>The documents that make backups exist.</summary>
public sealed class ManifestStore
{
    /// <summary>What names the newest backup.</summary>
    public const string Latest = BackupChoice.Latest;

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
    /// <param name="manifest">The backup.</param>
    /// <param name="lease">The lock that has kept what the manifest names from being deleted.</param>
    /// <param name="cancellationToken">Ends it; there is no backup then.</param>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.RepositoryLocked"/> where the lock was lost meanwhile: there is no backup then.
    /// </exception>
    public async Task CommitAsync(Manifest manifest, RepositoryLock lease, CancellationToken cancellationToken)
    {
        await objects.FlushAsync(cancellationToken);
        // Whoever broke the lock may have deleted what this manifest names.
        lease.ThrowIfLost();
        await CreateAsync(manifest, cancellationToken);
        await TakeBackUnlessHeldAsync(manifest, lease);
    }

    /// <summary>The machine may have slept between the look at the lock and the manifest's creation.</summary>
    private async Task TakeBackUnlessHeldAsync(Manifest manifest, RepositoryLock lease)
    {
        if (await lease.IsHeldAsync())
        {
            return;
        }

        await store.DeleteAsync(NameOf(manifest.Id), CancellationToken.None);
        await store.FlushAsync(CancellationToken.None);
        throw new SuretyException(
            ErrorCode.RepositoryLocked,
            $"the lock on {store.Location} was lost while backup {manifest.Id} was completed; the backup was taken back",
            "run the backup again: it reuses what was stored"
        )
        {
            Object = NameOf(manifest.Id),
        };
    }

    private async Task CreateAsync(Manifest manifest, CancellationToken cancellationToken)
    {
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
        var document = await store.ReadAsync(NameOf(id), cancellationToken);
        return document is null ? null : Read(id, document);
    }

    /// <summary>Checks and reads the bytes of a manifest, wherever they were kept.</summary>
    internal Manifest Read(BackupId id, byte[] document)
    {
        var name = NameOf(id);
        var manifest = documents.Read(DocumentKind.Manifest, name, document, RepositoryJson.Default.Manifest);
        return manifest.Id == id ? manifest : throw Misnamed(name, $"it describes backup {manifest.Id}");
    }

    /// <summary>The backup that the name of a document in a folder stands for.</summary>
    internal static BackupId IdOf(string folder, string name) =>
        BackupId.TryParse(name[folder.Length..^DocumentFolder.Extension.Length], out var id)
            ? id
            : throw Misnamed(name, "its name is not that of a backup");

    private ValueTask<Manifest?> ReadNamedAsync(string name, CancellationToken cancellationToken) =>
        TryReadAsync(IdOf(Folder, name), cancellationToken);

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
