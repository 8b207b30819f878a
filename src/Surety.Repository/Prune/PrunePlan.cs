using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;
using Surety.Repository.Retention;

namespace Surety.Repository.Prune;

/// <summary>
/// What a prune forgets and deletes, found out before anything is touched. <see cref="PrunePlanning"/> makes it; it can be
/// executed once, and only where it was made with exclusive access.
/// </summary>
public sealed class PrunePlan
{
    private readonly BackupRepository repository;
    private readonly ExclusiveAccess? access;
    private bool executed;

    internal PrunePlan(BackupRepository repository, ExclusiveAccess? access) =>
        (this.repository, this.access) = (repository, access);

    /// <summary>What becomes of each backup, newest first.</summary>
    public required IReadOnlyList<RetentionDecision> Decisions { get; init; }

    /// <summary>Those that this forgets.</summary>
    public IEnumerable<Manifest> Forgets => Decisions.Where(d => !d.IsKept).Select(d => d.Manifest);

    /// <summary>Forgotten backups that can still be brought back afterwards, without those that this forgets.</summary>
    public required IReadOnlyList<ForgottenBackup> Waiting { get; init; }

    /// <summary>Forgotten backups that nobody can bring back afterwards; without a grace, also those that this forgets.</summary>
    public required IReadOnlyList<RemovedBackup> Removes { get; init; }

    /// <summary>How long a forgotten backup can be brought back.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>What becomes of the objects.</summary>
    public required PrunedObjects Objects { get; init; }

    /// <summary>Names of the marks of backups that are gone.</summary>
    internal IReadOnlyList<string> Marks { get; init; } = [];

    /// <summary>
    /// Does it, in an order that leaves every backup whole wherever it ends: first the manifests go, for good, and then
    /// what only they named. What a run that was stopped has not deleted, the next one does.
    /// </summary>
    /// <param name="clock">For the journal.</param>
    /// <param name="progress">Told from many threads: how many stored bytes more were deleted.</param>
    /// <exception cref="Errors.SuretyException">
    /// RepositoryLocked where the lock is lost, RepositoryUnwritable or DiskFull: what is left is whole.
    /// </exception>
    public async Task ExecuteAsync(
        TimeProvider clock,
        int jobs,
        Action<long>? progress,
        CancellationToken cancellationToken
    )
    {
        if (access is null || Interlocked.Exchange(ref executed, true))
        {
            throw new InvalidOperationException("a plan is executed once, and by who made it with exclusive access");
        }

        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, access.Lost);
        try
        {
            await ForgetAsync(clock, held.Token);
            await RemoveManifestsAsync(held.Token);
            await DeleteObjectsAsync(jobs, progress, held.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            access.ThrowIfLost();
            throw;
        }
    }

    private Task ForgetAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        new Forgetting(repository, clock).ForgetAsync(
            Forgets.Select(manifest => (manifest.Id, (string?)manifest.Database)),
            RetentionDecision.NoReason,
            access!,
            cancellationToken
        );

    private async Task RemoveManifestsAsync(CancellationToken cancellationToken)
    {
        foreach (var backup in Removes)
        {
            await repository.Forgotten.RemoveAsync(backup.Id, access!, cancellationToken);
        }

        foreach (var mark in Marks)
        {
            access!.ThrowIfLost();
            await repository.Store.DeleteAsync(mark, cancellationToken);
        }

        // A manifest that came back after a power cut would name objects that are gone.
        await repository.Store.FlushAsync(cancellationToken);
    }

    private async Task DeleteObjectsAsync(int jobs, Action<long>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Objects.Unneeded,
            options,
            async (unneeded, token) =>
            {
                // Before each, not each batch: a machine can go to sleep anywhere, and others go on when the lease is over.
                access!.ThrowIfLost();
                await repository.Store.DeleteAsync(ObjectStore.NameOf(unneeded.Id), token);
                progress?.Invoke(unneeded.Bytes);
            }
        );
        await repository.Store.FlushAsync(cancellationToken);
    }
}

/// <param name="Database">Name on its server; null where the manifest cannot be read.</param>
public sealed record RemovedBackup(BackupId Id, string? Database);

/// <summary>Objects by what becomes of them.</summary>
/// <param name="Needed">Named by the backups that stay.</param>
/// <param name="Deleted">Named by nothing any more.</param>
/// <param name="AfterGrace">Named by forgotten backups only, as long as these can be brought back.</param>
/// <param name="TooYoung">Named by nothing, and written so lately that a run may still be at it.</param>
/// <param name="Missing">How many objects are named and not there: <c>surety verify</c> says whose.</param>
public sealed record PrunedObjects(
    ObjectTally Needed,
    ObjectTally Deleted,
    ObjectTally AfterGrace,
    ObjectTally TooYoung,
    long Missing
)
{
    internal IReadOnlyList<UnneededObject> Unneeded { get; init; } = [];
}

/// <param name="Bytes">Stored, in bytes.</param>
public readonly record struct ObjectTally(long Count, long Bytes)
{
    internal ObjectTally Add(long bytes) => new(Count + 1, Bytes + bytes);
}

/// <summary>An object to delete, and its stored bytes.</summary>
internal readonly record struct UnneededObject(ObjectId Id, long Bytes);
