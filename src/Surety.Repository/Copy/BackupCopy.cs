using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Verify;

namespace Surety.Repository.Copy;

/// <summary>
/// Copies backups into another repository, which may be of another kind and under another key: each object is read and
/// checked, put there under the name that it has there, and read back. What is there already is not written again, so a copy
/// that was interrupted goes on where it was, and the next backup of a database brings only what is new in it. A backup that the
/// target has, and that a verification found damaged there, is repaired with what the source has of it.
/// </summary>
/// <param name="source">Read only.</param>
/// <param name="target">Gets the backups, under the ids that they have.</param>
/// <param name="clock">For the journal.</param>
/// <param name="progress">Told from many threads how many plain bytes more are done.</param>
public sealed class BackupCopy(
    BackupRepository source,
    BackupRepository target,
    TimeProvider clock,
    Action<long>? progress
)
{
    // Of the newest backup of each database that both have: the next one is mostly made of the same objects.
    private readonly Dictionary<string, KnownNames> known = new(StringComparer.Ordinal);

    // What the target's journal knew when it was first asked.
    private IReadOnlySet<BackupId>? recorded;

    /// <summary>
    /// Copies backups, oldest first, and tells each as soon as it is there. Each exists in the target whole or not at all.
    /// One that cannot be copied does not keep the others from it.
    /// </summary>
    /// <exception cref="SuretyException">
    /// What kept a backup from being copied: BackupNotFound where it was forgotten meanwhile, ObjectDamaged or ObjectMissing
    /// of the source, or of the target where a repair did not help, BackupConflict where the target has another backup of that
    /// id; or whatever writing throws, which ends it. What was told is there.
    /// </exception>
    public Task RunAsync(
        IEnumerable<Manifest> backups,
        int jobs,
        Action<CopiedBackup> copied,
        CancellationToken cancellationToken
    ) =>
        source.Locks.HoldSharedToReadAsync(
            "copy",
            reading =>
                target.Locks.HoldSharedAsync(
                    "copy",
                    async (lease, token) =>
                    {
                        var transfer = new ObjectTransfer(source, target, jobs, progress);
                        var failed = new List<(BackupId Id, SuretyException Error)>();
                        foreach (var id in backups.OrderBy(b => b.CreatedAt).ThenBy(b => b.Id).Select(b => b.Id))
                        {
                            try
                            {
                                copied(await CopyAsync(id, transfer, lease, token));
                            }
                            catch (SuretyException e) when (IsOfOneBackup(e))
                            {
                                failed.Add((id, e));
                            }
                        }

                        return failed.Count == 0 ? true : throw NotCopied(failed);
                    },
                    reading
                ),
            cancellationToken
        );

    private static bool IsOfOneBackup(SuretyException e) =>
        !e.IsOutage
        && e.Code
            is ErrorCode.BackupNotFound
                or ErrorCode.BackupConflict
                or ErrorCode.ObjectDamaged
                or ErrorCode.ObjectMissing
                or ErrorCode.RepositoryDamaged
                // A bad sector, say; a repository that is away is another code, or transient.
                or ErrorCode.RepositoryUnreadable
                or ErrorCode.RepositoryFormatUnknown;

    private static SuretyException NotCopied(List<(BackupId Id, SuretyException Error)> failed)
    {
        var (id, error) = failed[0];
        return error.With(
            failed.Count == 1
                ? $"backup {id} was not copied"
                : $"{failed.Count} backups were not copied, the first is {id}"
        );
    }

    private async Task<CopiedBackup> CopyAsync(
        BackupId id,
        ObjectTransfer transfer,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        // Under the lock now: what was forgotten since it was listed may be without its objects.
        var backup =
            await source.Manifests.TryReadAsync(id, cancellationToken)
            ?? throw BackupChoice.NotFound($"{id}", source.Store.Location);
        if (await target.Manifests.TryReadAsync(id, cancellationToken) is not { } there)
        {
            return await AddAsync(backup, transfer, lease, cancellationToken);
        }

        SameBackup.Require(backup, there, target.Store.Location);
        if (await IsKnownDamagedAsync(id, cancellationToken))
        {
            return await RepairAsync(backup, there, transfer, cancellationToken);
        }

        await RecordUnlessKnownAsync(there, cancellationToken);
        return CopiedBackup.Present(there);
    }

    private async Task<CopiedBackup> AddAsync(
        Manifest manifest,
        ObjectTransfer transfer,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetUtcNow();
        var contents = await source.Manifests.ReadContentsAsync(manifest, cancellationToken);
        if (!known.TryGetValue(manifest.Database, out var names))
        {
            names = await KnownNames.ReadAsync(source, target, manifest, cancellationToken);
        }

        var transferred = await transfer.RunAsync(contents, names, cancellationToken);
        var copy = manifest with
        {
            Contents = transferred.Stream,
            Figures = manifest.Figures with
            {
                StoredBytes = transferred.StoredBytes,
                NewBytes = transferred.NewBytes,
                Objects = transferred.Objects.Count,
                NewObjects = transferred.NewObjects,
            },
        };
        await target.Manifests.CommitAsync(copy, lease, cancellationToken);
        var copied = CopiedBackup.New(copy);
        await RecordAsync(copied, startedAt);
        known[manifest.Database] = KnownNames.Of(target, transferred.Names);
        return copied;
    }

    private async Task<bool> IsKnownDamagedAsync(BackupId id, CancellationToken cancellationToken) =>
        (await target.Marks.ListAsync(id, cancellationToken)).Find(id, BackupMark.Verified) is { Passed: false };

    /// <summary>
    /// Every object of the backup is read on both sides; what the target has lost or damaged is written anew. Objects are
    /// replaced whole and the manifest stays: a repair that is killed has made nothing worse.
    /// </summary>
    private async Task<CopiedBackup> RepairAsync(
        Manifest manifest,
        Manifest there,
        ObjectTransfer transfer,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetUtcNow();
        var contents = await source.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var transferred = await transfer.RunAsync(contents, KnownNames.None(target), cancellationToken);
        var proof = await new RepositoryVerification(target).RunAsync(
            [there],
            progress: null,
            transfer.Jobs,
            cancellationToken
        );
        await target.Marks.SetAsync(proof.Marks(clock.GetUtcNow()), cancellationToken);
        if (proof.Damaged is [var damage, ..])
        {
            throw new SuretyException(
                ErrorCode.ObjectDamaged,
                $"{damage.Fact}, also after the objects of backup {there.Id} were written to {target.Store.Location} again",
                "check what lies under that repository; copy into a new one"
            )
            {
                Object = damage.Object,
            };
        }

        var repaired = CopiedBackup.Repaired(there, transferred);
        await RecordAsync(repaired, startedAt);
        return repaired;
    }

    /// <summary>A copy that was killed before its record would leave a backup that the journal does not miss.</summary>
    private async Task RecordUnlessKnownAsync(Manifest there, CancellationToken cancellationToken)
    {
        recorded ??= (await target.Journal.ReadAllAsync(cancellationToken)).BackupsThatShouldBeThere();
        if (!recorded.Contains(there.Id))
        {
            await RecordAsync(CopiedBackup.New(there), clock.GetUtcNow());
        }
    }

    /// <summary>Not to be cancelled: the backup is there.</summary>
    private Task RecordAsync(CopiedBackup copied, DateTimeOffset startedAt)
    {
        var entry = new JournalEntry(JournalRecord.ReceiveOperation, startedAt)
        {
            Backup = copied.Manifest.Id,
            Database = copied.Manifest.Database,
        };
        entry.Measure("newBytes", copied.NewBytes);
        entry.Measure("newObjects", copied.NewObjects);
        var end = new JournalEnd(clock.GetUtcNow(), JournalRecord.Done);
        return target.Journal.AppendAsync(entry, end, CancellationToken.None);
    }
}
