using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Locks;

/// <summary>
/// A lock that is held, and renewed in the background, until it is disposed. An operation passes <see cref="Lost"/> on
/// with its own cancellation, and asks <see cref="ThrowIfLost"/> before a step that cannot be taken back.
/// </summary>
public sealed class RepositoryLock : IAsyncDisposable
{
    private readonly IBlobStore store;
    private readonly TimeProvider clock;
    private readonly LeaseTerms terms;
    private readonly CancellationTokenSource released = new();
    private readonly CancellationTokenSource lost;
    private readonly Task renewing;
    private LockDocument document;

    internal RepositoryLock(
        IBlobStore store,
        TimeProvider clock,
        LeaseTerms terms,
        LockDocument document,
        DateTimeOffset writtenAt
    )
    {
        WrittenAt = writtenAt;
        this.store = store;
        this.clock = clock;
        this.terms = terms;
        this.document = document;
        lost = new CancellationTokenSource(RemainingTime(), clock);
        Lost = lost.Token;
        renewing = RenewAsync();
    }

    /// <summary>When it was first written, by the store's clock, which may differ from this machine's.</summary>
    internal DateTimeOffset WrittenAt { get; }

    /// <summary>Cancelled when the lease could not be renewed in time: others may now break the lock.</summary>
    public CancellationToken Lost { get; }

    /// <summary><see cref="ErrorCode.RepositoryLocked"/> where the lock is no longer surely held.</summary>
    public void ThrowIfLost()
    {
        // The clock as well: timers stand still while a machine sleeps.
        if (Lost.IsCancellationRequested || RemainingTime() <= TimeSpan.Zero)
        {
            throw new SuretyException(
                ErrorCode.RepositoryLocked,
                $"the lock on {store.Location} could not be renewed in time and is lost; the {document.Operation} stopped",
                "check the connection to the repository, then run the command again"
            )
            {
                Operation = document.Operation,
                Object = store.Location,
            };
        }
    }

    /// <summary>True where others have certainly let it stand until now: it has not run out, and is still there.</summary>
    internal async ValueTask<bool> IsHeldAsync()
    {
        var isThere = await store.GetLengthAsync(document.Name, CancellationToken.None) is not null;
        return isThere && !Lost.IsCancellationRequested && RemainingTime() > TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        if (released.IsCancellationRequested)
        {
            return;
        }

        await released.CancelAsync();
        await renewing;
        lost.Dispose();
        await LockRelease.RunAsync(store, document);
    }

    private async Task RenewAsync()
    {
        while (!released.IsCancellationRequested && !Lost.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(terms.RenewEvery, clock, released.Token);
                await RenewOnceAsync();
            }
            catch (OperationCanceledException) when (released.IsCancellationRequested)
            {
                return;
            }
            catch (SuretyException)
            {
                // Tried again after the next interval; when time runs out, Lost says so.
            }
        }
    }

    private async Task RenewOnceAsync()
    {
        // A lease that was broken or has run out may be another's by now: never brought back.
        var there = await store.GetLengthAsync(document.Name, released.Token);
        if (there is null || Lost.IsCancellationRequested || RemainingTime() <= TimeSpan.Zero)
        {
            await lost.CancelAsync();
            return;
        }

        var renewed = document with { ExpiresAt = clock.GetUtcNow() + terms.Length };
        await store.WriteAsync(renewed.Name, renewed.ToBytes(), durable: true, released.Token);
        document = renewed;
        lost.CancelAfter(RemainingTime());
    }

    private TimeSpan RemainingTime()
    {
        var remaining = document.ExpiresAt - terms.Length + terms.GiveUpAfter - clock.GetUtcNow();
        return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
    }
}
