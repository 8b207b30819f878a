using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Repository.Verify;

/// <summary>Checks every document of a repository: whole, of this repository, and none lost.</summary>
internal sealed class DocumentVerification(BackupRepository repository, FoundDamage damage)
{
    /// <summary>True where a manifest cannot be read: nobody knows what that backup names.</summary>
    public bool LacksManifests { get; private set; }

    public async Task CheckRepositoryDocumentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var document = await repository.Store.ReadAsync(RepositoryInfo.Name, cancellationToken);
            if (document is null)
            {
                damage.Report(RepositoryInfo.Name, "it is missing");
            }
            else if (RepositoryInfo.FromDocument(document) != repository.Info)
            {
                damage.Report(RepositoryInfo.Name, "it is that of another repository");
            }
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            damage.Report(RepositoryInfo.Name, e.Message);
        }
    }

    /// <summary>Every document, and the backups that the journal has. Returns the manifests that can be read.</summary>
    public async Task<IReadOnlyList<Manifest>> ListAllAndTheLostAsync(CancellationToken cancellationToken)
    {
        // The journal first: a backup is recorded after its manifest, so one that ends meanwhile is not taken for lost.
        var journal = await repository.Journal.ReadAllAsync(cancellationToken);
        var marks = await repository.Marks.ListAsync(cancellationToken);
        foreach (var damaged in journal.Damaged.Concat(marks.Damaged))
        {
            damage.Report(damaged.Name, damaged.Error.Message);
        }

        await CheckKeysAsync(cancellationToken);
        var all = await ListAllAsync(cancellationToken);
        var present = all.Select(m => ManifestStore.NameOf(m.Id)).Concat(all.Damaged.Select(d => d.Name)).ToHashSet();
        foreach (var made in journal.BackupsThatShouldBeThere())
        {
            if (!present.Contains(ManifestStore.NameOf(made)))
            {
                damage.Report(
                    ManifestStore.NameOf(made),
                    "the manifest is gone, and nobody forgot this backup: the journal records only that it was made",
                    made.ToString()
                );
            }
        }

        await CheckForgottenAsync(cancellationToken);
        return all;
    }

    /// <summary>Their documents, not their objects: nothing is restored from them unless they are brought back.</summary>
    private async Task CheckForgottenAsync(CancellationToken cancellationToken)
    {
        foreach (var damaged in (await repository.Forgotten.ListAsync(cancellationToken)).Damaged)
        {
            damage.Report(damaged.Name, damaged.Error.Message, Path.GetFileNameWithoutExtension(damaged.Name));
        }
    }

    private async Task CheckKeysAsync(CancellationToken cancellationToken)
    {
        if (repository.Info.Encryption is null)
        {
            return;
        }

        var keys = await repository.Keys.ListAsync(cancellationToken);
        foreach (var damaged in keys.Damaged)
        {
            damage.Report(damaged.Name, damaged.Error.Message);
        }

        // Open as it is now, this process may be the last that could read it.
        var mine = KeyDocument.NameOf(repository.Keys.OpenedBy!);
        if (!keys.Any(key => key.IsCurrent) && keys.Damaged.All(damaged => damaged.Name != mine))
        {
            damage.Report(mine, "it is missing; it was there when it opened the repository");
        }
    }

    private async Task<ManifestList> ListAllAsync(CancellationToken cancellationToken)
    {
        var all = await repository.Manifests.ListAsync(cancellationToken);
        LacksManifests = all.Damaged.Count > 0;
        foreach (var damaged in all.Damaged)
        {
            damage.Report(damaged.Name, damaged.Reason, damaged.Backup);
        }

        return all;
    }

    /// <summary>The caller's manifests come from memory; what counts is what is in the repository now.</summary>
    public async Task<IReadOnlyList<Manifest>> ReadAgainAsync(
        IReadOnlyList<Manifest> only,
        CancellationToken cancellationToken
    )
    {
        var manifests = new List<Manifest>();
        foreach (var id in only.Select(manifest => manifest.Id))
        {
            var name = ManifestStore.NameOf(id);
            try
            {
                var manifest = await repository.Manifests.TryReadAsync(id, cancellationToken);
                if (manifest is null)
                {
                    damage.Report(name, "it is missing", id.ToString());
                }
                else
                {
                    manifests.Add(manifest);
                }
            }
            catch (SuretyException e) when (!e.IsOutage)
            {
                damage.Report(name, e.Message, id.ToString());
            }
        }

        return manifests;
    }
}
