using System.Globalization;
using System.Security.Cryptography;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Locks;

/// <summary>
/// Leases on the repository: many shared ones, or one exclusive one. Whoever wants a lock writes it first and looks at
/// the others after, so of two that come together at least one sees the other; both may be refused, never both let in.
/// </summary>
public sealed class LockManager
{
    private const int IdDigits = 32;

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(2);

    private readonly IBlobStore store;
    private readonly TimeProvider clock;
    private readonly LockHolder holder;
    private readonly LeaseTerms terms = LeaseTerms.Standard;

    internal LockManager(IBlobStore store, TimeProvider clock, LockHolder holder)
    {
        this.store = store;
        this.clock = clock;
        this.holder = holder;
    }

    /// <summary>How long to wait for a lock that somebody else's keeps out, before that is an error; not at all by default.</summary>
    public TimeSpan Patience { get; set; }

    /// <summary>
    /// For operations that add or read: they go on side by side. <see cref="ErrorCode.RepositoryLocked"/> where an
    /// exclusive lock is held. The operation's name, as <c>backup</c>, is for those who are kept waiting.
    /// </summary>
    public Task<RepositoryLock> AcquireSharedAsync(string operation, CancellationToken cancellationToken) =>
        AcquireAsync(operation, exclusive: false, cancellationToken);

    /// <summary>
    /// For operations that delete. <see cref="ErrorCode.RepositoryLocked"/> where any other lock is held.
    /// </summary>
    public async Task<ExclusiveAccess> AcquireExclusiveAsync(string operation, CancellationToken cancellationToken) =>
        new(await AcquireAsync(operation, exclusive: true, cancellationToken));

    /// <summary>
    /// Does work under a shared lock. Its token is cancelled by the caller's, and where the lease is lost: that one
    /// surfaces as <see cref="ErrorCode.RepositoryLocked"/>, since nobody asked for it.
    /// </summary>
    public async Task<T> HoldSharedAsync<T>(
        string operation,
        Func<RepositoryLock, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        await using var lease = await AcquireSharedAsync(operation, cancellationToken);
        return await HoldAsync(lease, work, cancellationToken);
    }

    /// <summary>
    /// As <see cref="HoldSharedAsync{T}"/>, for work that reads and adds nothing. It goes on without a lock where none can
    /// be written: data must come back from a read-only copy, from a full disk, and with credentials that may only read. Should
    /// somebody else delete what it reads, it finds that missing.
    /// </summary>
    public Task<T> HoldSharedToReadAsync<T>(
        string operation,
        Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => HoldSharedToReadAsync(operation, (_, token) => work(token), cancellationToken);

    /// <summary>As the other; <paramref name="work"/> is told the lock, or null where it goes on without one.</summary>
    internal async Task<T> HoldSharedToReadAsync<T>(
        string operation,
        Func<RepositoryLock?, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        RepositoryLock lease;
        try
        {
            lease = await AcquireSharedAsync(operation, cancellationToken);
        }
        catch (SuretyException e)
            when (e.Code is ErrorCode.RepositoryUnwritable or ErrorCode.RepositoryAccessDenied or ErrorCode.DiskFull)
        {
            return await work(null, cancellationToken);
        }

        await using var _ = lease;
        return await HoldAsync(lease, (held, token) => work(held, token), cancellationToken);
    }

    /// <summary>Every lock there is, for people to see.</summary>
    public async Task<IReadOnlyList<LockState>> ListAsync(CancellationToken cancellationToken)
    {
        var locks = new List<LockState>();
        await foreach (var blob in store.ListAsync(LockDocument.Folder, cancellationToken))
        {
            if (IsLock(blob.Name) && await TryReadAsync(blob, cancellationToken) is { } found)
            {
                locks.Add(
                    new LockState(
                        found.Operation,
                        $"{found.Holder}",
                        found.Exclusive,
                        found.CreatedAt,
                        found.ExpiresAt,
                        IsStale(found)
                    )
                );
            }
        }

        return locks;
    }

    private static async Task<T> HoldAsync<T>(
        RepositoryLock lease,
        Func<RepositoryLock, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        try
        {
            return await work(lease, held.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            lease.ThrowIfLost();
            throw;
        }
    }

    private async Task<RepositoryLock> AcquireAsync(
        string operation,
        bool exclusive,
        CancellationToken cancellationToken
    )
    {
        var patientUntil = clock.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                return await TryAcquireAsync(operation, exclusive, cancellationToken);
            }
            catch (SuretyException e) when (e.Code == ErrorCode.RepositoryLocked && clock.GetUtcNow() < patientUntil)
            {
                await WaitUntilFreeAsync(exclusive, patientUntil, cancellationToken);
            }
        }
    }

    // Only looks: who is waiting must not keep others out by a lock of its own.
    private async Task WaitUntilFreeAsync(bool exclusive, DateTimeOffset until, CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(LookAgainAfter, clock, cancellationToken);
        } while (clock.GetUtcNow() < until && await IsKeptOutAsync(exclusive, cancellationToken));
    }

    private async Task<bool> IsKeptOutAsync(bool exclusive, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken)).Any(other => !other.IsStale && (exclusive || other.Exclusive));

    private async Task<RepositoryLock> TryAcquireAsync(
        string operation,
        bool exclusive,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        var id = RandomNumberGenerator.GetHexString(IdDigits, lowercase: true);
        var mine = new LockDocument(id, exclusive, operation, holder, now, now + terms.Length);
        if (!await store.TryCreateAsync(mine.Name, mine.ToBytes(), cancellationToken))
        {
            throw new InvalidOperationException($"two locks drew the same 128 random bits: {id}");
        }

        try
        {
            var writtenAt = await RequireNoConflictAsync(mine, cancellationToken);
            return new RepositoryLock(store, clock, terms, mine, writtenAt);
        }
        catch
        {
            await LockRelease.RunAsync(store, mine);
            throw;
        }
    }

    /// <summary>Returns when the own lock was written, by the store's clock.</summary>
    private async Task<DateTimeOffset> RequireNoConflictAsync(LockDocument mine, CancellationToken cancellationToken)
    {
        var others = new List<BlobInfo>();
        DateTimeOffset? writtenAt = null;
        await foreach (var blob in store.ListAsync(LockDocument.Folder, cancellationToken))
        {
            if (blob.Name == mine.Name)
            {
                writtenAt = blob.ModifiedAt;
            }
            else if (IsLock(blob.Name))
            {
                others.Add(blob);
            }
        }

        // A list that lacks what was just written may lack the lock of somebody else as well.
        var now = writtenAt ?? throw NotListed(mine);
        foreach (var blob in others)
        {
            await RequireNoConflictWithAsync(blob, mine, now, cancellationToken);
        }

        return now;
    }

    /// <param name="now">By the store's clock.</param>
    private async Task RequireNoConflictWithAsync(
        BlobInfo blob,
        LockDocument mine,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var other = await TryReadAsync(blob, cancellationToken);
        if (other is null || !(mine.Exclusive || other.Exclusive))
        {
            return;
        }

        if (!MayBreak(other, blob.ModifiedAt, now))
        {
            throw Locked(other);
        }

        // Only who is kept out breaks a lock: everybody else has no reason to judge it.
        try
        {
            await store.DeleteAsync(blob.Name, cancellationToken);
        }
        catch (SuretyException)
        {
            // It keeps nobody out because it is stale, not because it is gone: who may not delete goes past it.
        }
    }

    /// <summary>The lock in a blob; null where it was released since the listing.</summary>
    private async Task<LockDocument?> TryReadAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        try
        {
            var document = await store.ReadAsync(blob.Name, cancellationToken);
            return document is null ? null : LockDocument.FromBytes(blob.Name, document);
        }
        catch (SuretyException e) when (e.Code is ErrorCode.RepositoryDamaged or ErrorCode.RepositoryFormatUnknown)
        {
            return Unknown(blob);
        }
    }

    // Somebody holds it and it cannot be read who: as strong as a lock can be, for as long as a lease lasts.
    private LockDocument Unknown(BlobInfo blob) =>
        new(
            Path.GetFileNameWithoutExtension(blob.Name),
            Exclusive: true,
            $"unknown operation (its lock {blob.Name} cannot be read)",
            new LockHolder("unknown host", 0, null, null),
            blob.ModifiedAt,
            blob.ModifiedAt + terms.Length
        );

    // For people, and to know when to try again: the clocks of two machines may differ.
    private bool IsStale(LockDocument other) => clock.GetUtcNow() > other.ExpiresAt || other.Holder.IsGone();

    // Both times are the store's: a machine whose clock is wrong must not take a live lock for an expired one.
    private bool MayBreak(LockDocument other, DateTimeOffset renewedAt, DateTimeOffset now) =>
        other.IsReleased || now - renewedAt > terms.Length || other.Holder.IsGone();

    // Other files in the folder, as .nfs leftovers, are nobody's lock.
    private static bool IsLock(string name) =>
        name.Length == LockDocument.Folder.Length + IdDigits + 5 && name.EndsWith(".json", StringComparison.Ordinal);

    private SuretyException NotListed(LockDocument mine) =>
        new(
            ErrorCode.RepositoryLocked,
            $"{store.Location} does not list {mine.Name}, which was just written there; nothing was changed",
            "run it again; Surety needs a store whose lists show at once what was written"
        )
        {
            Object = mine.Name,
            IsTransient = true,
        };

    private SuretyException Locked(LockDocument other)
    {
        var kind = other.Exclusive ? "exclusively " : "";
        var since = other.CreatedAt.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
        var until = other.ExpiresAt.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
        return new SuretyException(
            ErrorCode.RepositoryLocked,
            $"{store.Location} is locked {kind}by {other.Holder}: {other.Operation}, since {since}; nothing was changed",
            $"wait for it to end; if it was killed, its lock expires at {until}"
        )
        {
            Object = store.Location,
            IsTransient = true,
        };
    }
}
