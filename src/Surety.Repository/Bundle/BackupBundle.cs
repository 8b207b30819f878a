using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Surety.Repository.Encryption;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;

namespace Surety.Repository.Bundle;

/// <summary>
/// One backup as one file: a tar archive of a repository that holds nothing else. So whatever reads a repository reads it
/// (<see cref="BundleStore"/>), and who has only <c>tar</c> unpacks it and finds RECOVER.md in it. An encrypted backup stays
/// encrypted, and is opened by the keys of its repository.
/// </summary>
public sealed class BackupBundle(BackupRepository repository)
{
    /// <summary>
    /// Writes a backup, every object of it checked as it is read. <paramref name="progress"/> is told the bytes.
    /// </summary>
    /// <exception cref="Errors.SuretyException">
    /// ObjectDamaged or ObjectMissing, BackupNotFound where it was forgotten meanwhile: what was written until then is no
    /// bundle.
    /// </exception>
    public Task<BundleReport> WriteAsync(
        Manifest manifest,
        Stream destination,
        Action<long>? progress,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "bundle",
            token => WriteLockedAsync(manifest, destination, progress, token),
            cancellationToken
        );

    private async Task<BundleReport> WriteLockedAsync(
        Manifest listed,
        Stream destination,
        Action<long>? progress,
        CancellationToken cancellationToken
    )
    {
        // Under the lock now: what was forgotten since it was listed would make a bundle without a backup.
        var manifest =
            await repository.Manifests.TryReadAsync(listed.Id, cancellationToken)
            ?? throw BackupChoice.NotFound($"{listed.Id}", repository.Store.Location);
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        await using var tar = new TarWriter(destination, TarEntryFormat.Ustar, leaveOpen: true);
        long bytes = 0;
        var objects = 0;
        await foreach (var name in DocumentsAsync(manifest, cancellationToken))
        {
            if (await repository.Store.ReadAsync(name, cancellationToken) is { } document)
            {
                await AddAsync(name, document);
            }
        }

        foreach (var id in NamedObjects.Of(manifest, contents).Distinct())
        {
            await AddAsync(ObjectStore.NameOf(id), await repository.Objects.ReadCheckedAsync(id, cancellationToken));
            objects++;
        }

        return new BundleReport(manifest, objects, bytes, repository.Info.Encryption is not null);

        async Task AddAsync(string name, byte[] content)
        {
            var entry = new UstarTarEntry(TarEntryType.RegularFile, name)
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = manifest.FinishedAt,
                DataStream = new MemoryStream(content, writable: false),
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
            bytes += content.Length;
            progress?.Invoke(content.Length);
        }
    }

    /// <summary>Small ones first, so that a reader learns early what it has.</summary>
    private async IAsyncEnumerable<string> DocumentsAsync(
        Manifest manifest,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return RepositoryInfo.Name;
        yield return BackupRepository.LeafletName;
        await foreach (var key in repository.Store.ListAsync(KeyDocument.Folder, cancellationToken))
        {
            if (KeyDocument.IsName(key.Name))
            {
                yield return key.Name;
            }
        }

        yield return ManifestStore.NameOf(manifest.Id);
    }
}

/// <summary>A bundle that was written.</summary>
/// <param name="Backup">What is in it.</param>
/// <param name="Objects">Number of objects.</param>
/// <param name="Bytes">Bytes of its files, without what tar puts around them.</param>
/// <param name="IsEncrypted">Whether it takes a key to use it.</param>
public sealed record BundleReport(Manifest Backup, int Objects, long Bytes, bool IsEncrypted);
