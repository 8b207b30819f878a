using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Verify;

namespace Surety.Repository.Copy;

/// <summary>
/// The names that objects of the source have in the target, as far as a backup that both have tells: its contents list the
/// same objects in the same order. So what it shares with the backup to copy is neither read nor sent, also where the two
/// repositories have different keys.
/// </summary>
internal sealed class KnownNames
{
    private readonly BackupRepository target;
    private readonly Dictionary<ObjectId, (ObjectId Id, int PlainLength)> names;

    private KnownNames(BackupRepository target, Dictionary<ObjectId, (ObjectId, int)> names) =>
        (this.target, this.names) = (target, names);

    /// <summary>Nothing is known: everything is read.</summary>
    public static KnownNames None(BackupRepository target) => new(target, []);

    /// <summary>Those of a backup that was just copied.</summary>
    public static KnownNames Of(BackupRepository target, IEnumerable<KeyValuePair<ObjectId, StoredObject>> copied) =>
        new(target, copied.ToDictionary(named => named.Key, named => (named.Value.Id, named.Value.PlainLength)));

    /// <summary>From the newest trusted backup of the same database that is in both, if there is one.</summary>
    public static async Task<KnownNames> ReadAsync(
        BackupRepository source,
        BackupRepository target,
        Manifest manifest,
        CancellationToken cancellationToken
    )
    {
        var known = None(target);
        var here = await source.Manifests.ListAsync(cancellationToken);
        var there = (await target.Manifests.ListAsync(cancellationToken)).ToDictionary(m => m.Id);
        var common = here.Where(m => m.Database == manifest.Database)
            .Where(m => there.TryGetValue(m.Id, out var other) && SameBackup.Is(m, other))
            .OrderBy(m => m.CreatedAt);
        var trusted = await TrustedBackups.ChooseAsync(target, common.Select(m => there[m.Id]), cancellationToken);
        var mine = here.ToDictionary(m => m.Id);
        foreach (var backup in trusted.Reverse())
        {
            try
            {
                if (
                    known.TryAdd(
                        await source.Manifests.ReadContentsAsync(mine[backup.Id], cancellationToken),
                        await target.Manifests.ReadContentsAsync(backup, cancellationToken)
                    )
                )
                {
                    return known;
                }
            }
            catch (SuretyException e) when (e.Code is ErrorCode.ObjectDamaged or ErrorCode.ObjectMissing)
            {
                // It cannot help; an older one may, and without any all objects are read.
            }
        }

        return known;
    }

    /// <summary>The object in the target, where its name is known and it is still there; else null.</summary>
    public async ValueTask<StoredObject?> TryFindAsync(ObjectId id, CancellationToken cancellationToken) =>
        names.TryGetValue(id, out var known)
        && await target.Objects.TryGetStoredLengthAsync(known.Id, cancellationToken) is { } length
            ? new StoredObject(known.Id, known.PlainLength, length, IsNew: false)
            : null;

    /// <summary>False where the two are not the same list under other names: then nothing is known by them.</summary>
    private bool TryAdd(BackupContents here, BackupContents there)
    {
        var (mine, its) = (NamedObjects.WithLengths(here).ToList(), NamedObjects.WithLengths(there).ToList());
        if (!mine.Select(named => named.PlainLength).SequenceEqual(its.Select(named => named.PlainLength)))
        {
            return false;
        }

        // A committed manifest names them: they are whole and durable, and need not be read before they are used again.
        target.Objects.Trust(its.Select(named => named.Id));
        foreach (var (known, name) in mine.Zip(its))
        {
            names[known.Id] = (name.Id, known.PlainLength);
        }

        return true;
    }
}
