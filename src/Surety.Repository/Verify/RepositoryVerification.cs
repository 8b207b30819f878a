using System.Collections.Concurrent;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>
/// Reads everything that backups consist of and checks every byte: <c>surety.json</c>, the manifests, their contents,
/// and each object that they name. Objects that no manifest names are not looked at: a killed backup leaves such.
/// </summary>
/// <remarks>
/// Memory: the ids of the distinct objects, and <c>jobs</c> objects at a time. Contents are read again in a second pass
/// only where something is damaged, to name the backups that it hurts.
/// </remarks>
public sealed class RepositoryVerification(BackupRepository repository)
{
    private readonly ConcurrentDictionary<string, string> damage = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> hurtByDocument = new(StringComparer.Ordinal);
    private readonly List<Manifest> readable = [];
    private long objectsChecked;
    private long bytesRead;

    /// <summary>
    /// Checks the backups <paramref name="only"/> (null: all), reading <paramref name="jobs"/> objects at once; runs
    /// once. Damage is in the report, never an exception. <paramref name="progress"/> is told from many threads of each
    /// step: how many objects and how many stored bytes more.
    /// </summary>
    public Task<VerifyReport> RunAsync(
        IReadOnlyList<Manifest>? only,
        Action<long, long>? progress,
        int jobs,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "verify",
            token => RunLockedAsync(only, progress, jobs, token),
            cancellationToken
        );

    private async Task<VerifyReport> RunLockedAsync(
        IReadOnlyList<Manifest>? only,
        Action<long, long>? progress,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        await CheckRepositoryDocumentAsync(cancellationToken);
        var manifests = only is null
            ? await ListAllAndTheLostAsync(cancellationToken)
            : await ReadAgainAsync(only, cancellationToken);
        var objects = await CollectAsync(manifests, cancellationToken);
        await CheckObjectsAsync(objects, progress, jobs, cancellationToken);
        var damaged = await NameBackupsAsync(cancellationToken);
        return new VerifyReport(only?.Count ?? manifests.Count, objectsChecked, bytesRead, damaged)
        {
            CheckedBackups = [.. manifests.Select(manifest => manifest.Id)],
        };
    }

    private async Task CheckRepositoryDocumentAsync(CancellationToken cancellationToken)
    {
        try
        {
            var document = await repository.Store.ReadAsync(RepositoryInfo.Name, cancellationToken);
            if (document is null)
            {
                Report(RepositoryInfo.Name, "it is missing");
            }
            else if (RepositoryInfo.FromDocument(document) != repository.Info)
            {
                Report(RepositoryInfo.Name, "it is that of another repository");
            }
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            Report(RepositoryInfo.Name, e.Message);
        }
    }

    private async Task<IReadOnlyList<Manifest>> ListAllAndTheLostAsync(CancellationToken cancellationToken)
    {
        // The journal first: a backup is recorded after its manifest, so one that ends meanwhile is not taken for lost.
        var journal = await repository.Journal.ReadAllAsync(cancellationToken);
        var marks = await repository.Marks.ListAsync(cancellationToken);
        foreach (var damaged in journal.Damaged.Concat(marks.Damaged))
        {
            Report(damaged.Name, damaged.Error.Message);
        }

        await CheckKeysAsync(cancellationToken);
        var all = await ListAllAsync(cancellationToken);
        var present = all.Select(m => ManifestStore.NameOf(m.Id)).Concat(all.Damaged.Select(d => d.Name)).ToHashSet();
        foreach (var made in journal.BackupsThatShouldBeThere())
        {
            if (!present.Contains(ManifestStore.NameOf(made)))
            {
                Report(
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
            Report(damaged.Name, damaged.Error.Message, Path.GetFileNameWithoutExtension(damaged.Name));
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
            Report(damaged.Name, damaged.Error.Message);
        }

        // Open as it is now, this process may be the last that could read it.
        var mine = KeyDocument.NameOf(repository.Keys.OpenedBy!);
        if (!keys.Any(key => key.IsCurrent) && keys.Damaged.All(damaged => damaged.Name != mine))
        {
            Report(mine, "it is missing; it was there when it opened the repository");
        }
    }

    private async Task<ManifestList> ListAllAsync(CancellationToken cancellationToken)
    {
        var all = await repository.Manifests.ListAsync(cancellationToken);
        foreach (var damaged in all.Damaged)
        {
            Report(damaged.Name, damaged.Reason, damaged.Backup);
        }

        return all;
    }

    // The caller's manifests come from memory; what counts is what is in the repository now.
    private async Task<IReadOnlyList<Manifest>> ReadAgainAsync(
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
                    Report(name, "it is missing", id.ToString());
                }
                else
                {
                    manifests.Add(manifest);
                }
            }
            catch (SuretyException e) when (!e.IsOutage)
            {
                Report(name, e.Message, id.ToString());
            }
        }

        return manifests;
    }

    private async Task<Dictionary<ObjectId, int?>> CollectAsync(
        IReadOnlyList<Manifest> manifests,
        CancellationToken cancellationToken
    )
    {
        var lengths = new Dictionary<ObjectId, int?>();
        foreach (var manifest in manifests)
        {
            try
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
                readable.Add(manifest);
                foreach (var id in NamedObjects.Of(manifest, contents))
                {
                    lengths.TryAdd(id, null);
                }

                foreach (var chunk in contents.Tables.SelectMany(table => table.Chunks))
                {
                    lengths[chunk.Object] = chunk.RawBytes;
                }
            }
            catch (SuretyException e) when (!e.IsOutage)
            {
                Report(e.Object ?? ManifestStore.NameOf(manifest.Id), e.Message, manifest.Id.ToString());
            }
        }

        return lengths;
    }

    private Task CheckObjectsAsync(
        Dictionary<ObjectId, int?> lengths,
        Action<long, long>? progress,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            lengths,
            options,
            async (entry, token) =>
            {
                var read = await CheckObjectAsync(entry.Key, entry.Value, token);
                Interlocked.Increment(ref objectsChecked);
                Interlocked.Add(ref bytesRead, read);
                progress?.Invoke(1, read);
            }
        );
    }

    private async Task<long> CheckObjectAsync(ObjectId id, int? length, CancellationToken cancellationToken)
    {
        try
        {
            using var plain = await repository.Objects.GetAsync(id, cancellationToken);
            if (length is { } expected && plain.Bytes.Length != expected)
            {
                Report(id.ToString(), $"it holds {plain.Bytes.Length} bytes where a table has a chunk of {expected}");
            }

            return plain.StoredLength;
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            Report(id.ToString(), e.Message);
            return 0;
        }
    }

    private async Task<IReadOnlyList<VerifyDamage>> NameBackupsAsync(CancellationToken cancellationToken)
    {
        var hurt = damage.Keys.ToDictionary(
            key => key,
            key => hurtByDocument.GetValueOrDefault(key, []),
            StringComparer.Ordinal
        );
        if (!damage.IsEmpty)
        {
            await NameBackupsOfObjectsAsync(hurt, cancellationToken);
        }

        return
        [
            .. damage
                .OrderBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => new VerifyDamage(
                    entry.Key,
                    [.. hurt[entry.Key].Order(StringComparer.Ordinal)],
                    entry.Value
                )),
        ];
    }

    private async Task NameBackupsOfObjectsAsync(
        Dictionary<string, List<string>> hurt,
        CancellationToken cancellationToken
    )
    {
        foreach (var manifest in readable)
        {
            var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
            foreach (var id in NamedObjects.Of(manifest, contents).Distinct())
            {
                if (hurt.TryGetValue(id.ToString(), out var backups))
                {
                    backups.Add(manifest.Id.ToString());
                }
            }
        }
    }

    private void Report(string piece, string reason) => damage.TryAdd(piece, reason);

    private void Report(string piece, string reason, string backup)
    {
        Report(piece, reason);
        if (!hurtByDocument.TryGetValue(piece, out var backups))
        {
            hurtByDocument.Add(piece, backups = []);
        }

        backups.Add(backup);
    }
}
