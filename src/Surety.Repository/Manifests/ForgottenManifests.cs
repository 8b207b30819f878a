using Surety.Repository.Documents;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Storage;

namespace Surety.Repository.Manifests;

/// <summary>
/// Manifests of backups that were forgotten and can still be brought back: the very bytes, in a folder of their own. What
/// lies in both folders is a backup: somebody was killed while he forgot it, or brought it back.
/// </summary>
public sealed class ForgottenManifests
{
    internal const string Folder = "forgotten/";

    private readonly IBlobStore store;
    private readonly ManifestStore manifests;

    internal ForgottenManifests(IBlobStore store, ManifestStore manifests) =>
        (this.store, this.manifests) = (store, manifests);

    /// <summary>All of them, oldest backup first. One that is damaged does not hide the others.</summary>
    public async Task<ForgottenList> ListAsync(CancellationToken cancellationToken)
    {
        var times = await TimesAsync(cancellationToken);
        var found = await DocumentFolder.ReadAllAsync(
            store,
            Folder,
            times.ContainsKey,
            TryReadAsync,
            cancellationToken
        );
        return new ForgottenList(
            [
                .. found
                    .Values.Select(manifest => new ForgottenBackup(manifest, times[NameOf(manifest.Id)]))
                    .OrderBy(backup => backup.Manifest.CreatedAt)
                    .ThenBy(backup => backup.Manifest.Id),
            ],
            [.. found.Damaged.Select(d => new DamagedForgotten(d.Name, d.Error, times[d.Name]))]
        );
    }

    /// <summary>The forgotten backup that a person named by its id or a prefix of it.</summary>
    /// <exception cref="SuretyException">BackupNotFound, BackupAmbiguous, or why its manifest cannot be used.</exception>
    public async Task<Manifest> FindAsync(string idOrPrefix, CancellationToken cancellationToken)
    {
        var forgotten = await ListAsync(cancellationToken);
        var list = new ManifestList(
            forgotten.Backups.Select(backup => backup.Manifest),
            forgotten.Damaged.Select(damaged => new DamagedManifest(damaged.Name, damaged.Error))
        );
        return BackupChoice.Choose(idOrPrefix, database: null, list, $"the forgotten ones of {store.Location}");
    }

    /// <summary>Keeps a copy of a manifest here, which is durable after the next barrier; nothing where there is none.</summary>
    internal async Task KeepAsync(BackupId id, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(ManifestStore.NameOf(id), cancellationToken) is { } document)
        {
            access.ThrowIfLost();
            await store.WriteAsync(NameOf(id), document, durable: false, cancellationToken);
        }
    }

    /// <summary>Takes a manifest out of the backups, once its copy is durable; gone for good after the next barrier.</summary>
    internal ValueTask TakeAsync(BackupId id, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        access.ThrowIfLost();
        return store.DeleteAsync(ManifestStore.NameOf(id), cancellationToken);
    }

    /// <summary>Makes a backup of a forgotten one again, durably.</summary>
    internal async Task BringBackAsync(BackupId id, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        var document =
            await store.ReadAsync(NameOf(id), cancellationToken)
            ?? throw BackupChoice.NotFound(id.ToString(), store.Location);
        access.ThrowIfLost();
        await store.TryCreateAsync(ManifestStore.NameOf(id), document, cancellationToken);
    }

    /// <summary>Removes the manifest of a forgotten backup, which nobody can bring back then.</summary>
    internal ValueTask RemoveAsync(BackupId id, ExclusiveAccess access, CancellationToken cancellationToken)
    {
        access.ThrowIfLost();
        return store.DeleteAsync(NameOf(id), cancellationToken);
    }

    private static string NameOf(BackupId id) => $"{Folder}{id}{DocumentFolder.Extension}";

    /// <summary>The names, each with when it was forgotten, by the store's clock.</summary>
    private async Task<Dictionary<string, DateTimeOffset>> TimesAsync(CancellationToken cancellationToken)
    {
        var times = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var blob in store.ListAsync(Folder, cancellationToken))
        {
            times[blob.Name] = blob.ModifiedAt;
        }

        if (times.Count > 0)
        {
            await foreach (var blob in store.ListAsync(ManifestStore.Folder, cancellationToken))
            {
                times.Remove($"{Folder}{blob.Name[ManifestStore.Folder.Length..]}");
            }
        }

        return times;
    }

    private async ValueTask<Manifest?> TryReadAsync(string name, CancellationToken cancellationToken)
    {
        var id = ManifestStore.IdOf(Folder, name);
        var document = await store.ReadAsync(name, cancellationToken);
        return document is null ? null : manifests.Read(id, document);
    }
}

/// <summary>The forgotten backups, and the manifests among them that cannot be read.</summary>
public sealed record ForgottenList(IReadOnlyList<ForgottenBackup> Backups, IReadOnlyList<DamagedForgotten> Damaged);

/// <param name="ForgottenAt">By the store's clock.</param>
public sealed record ForgottenBackup(Manifest Manifest, DateTimeOffset ForgottenAt);

/// <param name="Name">Name of the blob.</param>
/// <param name="ForgottenAt">By the store's clock.</param>
public sealed record DamagedForgotten(string Name, SuretyException Error, DateTimeOffset ForgottenAt)
{
    /// <summary>The backup, where the name of the blob is that of one.</summary>
    public BackupId? Backup =>
        BackupId.TryParse(Path.GetFileNameWithoutExtension(Name), out var backup) ? backup : null;
}
