using System.Collections.Concurrent;
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

    private const string Extension = ".json";

    // Enough to hide the latency of a bucket; more only queues.
    private const int ParallelReads = 8;

    private readonly IBlobStore store;
    private readonly ObjectStore objects;

    internal ManifestStore(IBlobStore store, ObjectStore objects)
    {
        this.store = store;
        this.objects = objects;
    }

    /// <summary>All backups, oldest first. Manifests that cannot be read are in <see cref="ManifestList.Damaged"/>.</summary>
    public async Task<ManifestList> ListAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(Folder, cancellationToken))
        {
            if (blob.Name.EndsWith(Extension, StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        var manifests = new ConcurrentBag<Manifest>();
        var damaged = new ConcurrentBag<DamagedManifest>();
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = ParallelReads,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(names, options, (name, token) => ReadIntoAsync(name, manifests, damaged, token));
        return new ManifestList(manifests, damaged);
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
            throw Document.NotUnderstood($"the contents of backup {manifest.Id}", e);
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
        var document = Document.Write(DocumentKind.Manifest, name, manifest, RepositoryJson.Default.Manifest);
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

    internal static string NameOf(BackupId id) => $"{Folder}{id}{Extension}";

    /// <summary>Reads and checks a manifest again; null where there is none of that id.</summary>
    internal async ValueTask<Manifest?> TryReadAsync(BackupId id, CancellationToken cancellationToken)
    {
        var name = NameOf(id);
        var document = await store.ReadAsync(name, cancellationToken);
        if (document is null)
        {
            return null;
        }

        var manifest = Document.Read(DocumentKind.Manifest, name, document, RepositoryJson.Default.Manifest);
        return manifest.Id == id ? manifest : throw Misnamed(name, $"it describes backup {manifest.Id}");
    }

    private async ValueTask ReadIntoAsync(
        string name,
        ConcurrentBag<Manifest> manifests,
        ConcurrentBag<DamagedManifest> damaged,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (!BackupId.TryParse(name[Folder.Length..^Extension.Length], out var id))
            {
                throw Misnamed(name, "its name is not that of a backup");
            }

            // Null where a prune removed it since the listing.
            if (await TryReadAsync(id, cancellationToken) is { } manifest)
            {
                manifests.Add(manifest);
            }
        }
        catch (SuretyException e)
        {
            damaged.Add(new DamagedManifest(name, e));
        }
    }

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
