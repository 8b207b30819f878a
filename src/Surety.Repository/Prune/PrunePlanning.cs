using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Retention;
using Surety.Repository.Storage;

namespace Surety.Repository.Prune;

/// <summary>
/// Finds out what a prune may forget and delete, and refuses where that is not certain: what cannot be read may need
/// anything. Memory: the ids of the distinct objects.
/// </summary>
public sealed class PrunePlanning(BackupRepository repository, PruneOptions options)
{
    private const string NothingDone = "nothing was deleted";

    private bool AtOnce => options.Grace == TimeSpan.Zero;

    /// <summary>A plan to look at. It holds what the repository held while it was made.</summary>
    /// <inheritdoc cref="MakeAsync(ExclusiveAccess,CancellationToken)"/>
    public Task<PrunePlan> LookAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        MakeAsync(access: null, clock.GetUtcNow(), cancellationToken);

    /// <summary>A plan to execute.</summary>
    /// <exception cref="SuretyException">
    /// RepositoryDamaged, RepositoryFormatUnknown, ObjectDamaged or ObjectMissing where it is not certain what the backups
    /// need: nothing was changed.
    /// </exception>
    public Task<PrunePlan> MakeAsync(ExclusiveAccess access, CancellationToken cancellationToken) =>
        // By the store's clock, as the times that it is compared with.
        MakeAsync(access, access.WrittenAt, cancellationToken);

    private async Task<PrunePlan> MakeAsync(
        ExclusiveAccess? access,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var journal = await repository.Journal.ReadAllAsync(cancellationToken);
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var forgotten = await repository.Forgotten.ListAsync(cancellationToken);
        var over = forgotten.Backups.Where(b => IsOver(b.Manifest.Id, b.ForgottenAt, now)).ToList();
        var damagedOver = forgotten.Damaged.Where(d => IsOver(d.Backup, d.ForgottenAt, now)).ToList();
        RequireReadable(manifests.Damaged.Select(damaged => (damaged.Name, damaged.Error)));
        RequireReadable(forgotten.Damaged.Except(damagedOver).Select(damaged => (damaged.Name, damaged.Error)));
        RequireNoneLost(journal, manifests);

        var marks = await repository.Marks.ListAsync(cancellationToken);
        var decisions = Decide(manifests, marks);
        List<Manifest> kept = [.. decisions.Where(decision => decision.IsKept).Select(decision => decision.Manifest)];
        List<Manifest> forgets =
        [
            .. decisions.Where(decision => !decision.IsKept).Select(decision => decision.Manifest),
        ];
        var waiting = forgotten.Backups.Except(over).ToList();
        List<Manifest> bringable = [.. waiting.Select(backup => backup.Manifest), .. AtOnce ? [] : forgets];
        List<Manifest> removed = [.. over.Select(backup => backup.Manifest), .. AtOnce ? forgets : []];
        return new PrunePlan(repository, access)
        {
            Decisions = decisions,
            Waiting = waiting,
            Removes =
            [
                .. removed.Select(manifest => new RemovedBackup(manifest.Id, manifest.Database)),
                .. damagedOver.Select(damaged => new RemovedBackup(damaged.Backup!.Value, null)),
            ],
            Grace = options.Grace,
            Objects = await new ObjectCensus(repository, options.Jobs).TakeAsync(
                kept,
                bringable,
                removed,
                now,
                cancellationToken
            ),
            Marks = await MarksOfOthersAsync([.. kept, .. bringable], cancellationToken),
        };
    }

    private bool IsOver(BackupId? backup, DateTimeOffset forgottenAt, DateTimeOffset now) =>
        backup is { } id && IsAgreed(id) && (AtOnce || now - forgottenAt >= options.Grace);

    private bool IsAgreed(BackupId id) => options.Agreed?.Contains(id) ?? true;

    private IReadOnlyList<RetentionDecision> Decide(ManifestList manifests, MarkList marks) =>
        [
            .. RetentionPolicy
                .Decide(
                    manifests.Select(manifest => RetainedBackup.Of(manifest, marks)),
                    options.RulesOf,
                    options.GroupTag
                )
                .Select(decision =>
                    decision.IsKept || IsAgreed(decision.Manifest.Id)
                        ? decision
                        : decision with
                        {
                            Reasons = ["not agreed to yet"],
                        }
                ),
        ];

    /// <summary>A mark of a backup that is gone means nothing.</summary>
    private async Task<IReadOnlyList<string>> MarksOfOthersAsync(
        IEnumerable<Manifest> backups,
        CancellationToken cancellationToken
    )
    {
        var there = backups.Select(manifest => manifest.Id).ToHashSet();
        var others = new List<string>();
        await foreach (var blob in repository.Store.ListAsync(MarkStore.Folder, cancellationToken))
        {
            // What has a name that is none was put there by somebody else, and is left to him.
            if (MarkStore.BackupOf(blob.Name) is { } backup && !there.Contains(backup) && BlobName.IsValid(blob.Name))
            {
                others.Add(blob.Name);
            }
        }

        return others;
    }

    private static void RequireReadable(IEnumerable<(string Name, SuretyException Error)> damaged)
    {
        if (damaged.FirstOrDefault() is { Name: { } name, Error: { } error })
        {
            throw new SuretyException(
                error.Code,
                $"{name} cannot be read, so nobody knows what that backup needs: {error.Message}; {NothingDone}",
                "bring the file back from a copy of the repository, or give the backup up: surety forget "
                    + Path.GetFileNameWithoutExtension(name),
                error
            )
            {
                Object = name,
            };
        }
    }

    /// <summary>Its manifest may only be missing: on a disk that is not mounted, or in a list that is not up to date.</summary>
    private static void RequireNoneLost(JournalList journal, ManifestList manifests)
    {
        var there = manifests.Select(manifest => manifest.Id).ToHashSet();
        var lost = journal.BackupsThatShouldBeThere().Where(backup => !there.Contains(backup)).Order().ToList();
        if (lost is [var first, ..])
        {
            throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{lost.Count} of the journal's backups are gone and nobody forgot them, the first is {first}; {NothingDone}",
                $"bring {ManifestStore.NameOf(first)} back from a copy, or give the backup up: surety forget {first}"
            )
            {
                Object = ManifestStore.NameOf(first),
            };
        }
    }
}
