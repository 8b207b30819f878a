using Surety.Repository.Errors;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>
/// Which slices of a plan were read to their end and found sound, kept in the repository as it goes on: killed, a
/// verification loses what it read since the last time.
/// </summary>
internal sealed class SliceProgress
{
    internal static readonly TimeSpan KeptEvery = TimeSpan.FromSeconds(30);

    private readonly BackupRepository repository;
    private readonly ReadPlan plan;
    private readonly VerifiedSlices before;
    private readonly DateTimeOffset now;
    private readonly int[] left = new int[VerifiedSlices.Count];
    private readonly bool[] isHurt = new bool[VerifiedSlices.Count];
    private readonly HashSet<int> unkept = [];
    private int isKeeping;
    private long keptAt;

    /// <param name="repository">Where it is kept.</param>
    /// <param name="plan">What is read.</param>
    /// <param name="before">What was read before, when the plan was made.</param>
    /// <param name="now">When the verification began, by the store's clock.</param>
    public SliceProgress(BackupRepository repository, ReadPlan plan, VerifiedSlices before, DateTimeOffset now)
    {
        (this.repository, this.plan, this.before, this.now) = (repository, plan, before, now);
        keptAt = repository.Clock.GetTimestamp();
        foreach (var slice in plan.Slices)
        {
            left[slice] = plan.CountOf(slice);
            if (left[slice] == 0)
            {
                unkept.Add(slice);
            }
        }
    }

    /// <summary>One more was read; by many threads.</summary>
    public async ValueTask ReadAsync(ObjectId id, bool isSound, CancellationToken cancellationToken)
    {
        var slice = id.FirstByte;
        if (!isSound)
        {
            Volatile.Write(ref isHurt[slice], true);
        }

        if (Interlocked.Decrement(ref left[slice]) > 0 || Volatile.Read(ref isHurt[slice]))
        {
            return;
        }

        lock (unkept)
        {
            unkept.Add(slice);
        }

        await KeepNowAndThenAsync(cancellationToken);
    }

    /// <summary>At the end, also of one that was stopped. A store that takes nothing costs the progress only.</summary>
    public async Task<bool> TryKeepAsync()
    {
        try
        {
            await KeepAsync(CancellationToken.None);
            return true;
        }
        catch (SuretyException)
        {
            return false;
        }
    }

    private async ValueTask KeepNowAndThenAsync(CancellationToken cancellationToken)
    {
        // Whoever finds another at it goes on reading.
        if (
            repository.Clock.GetElapsedTime(Volatile.Read(ref keptAt)) < KeptEvery
            || Interlocked.Exchange(ref isKeeping, 1) == 1
        )
        {
            return;
        }

        try
        {
            await KeepAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref isKeeping, 0);
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        int[] slices;
        lock (unkept)
        {
            slices = [.. unkept];
        }

        if (slices.Length == 0)
        {
            return;
        }

        // Read again: another verification may have kept its own meanwhile.
        var verified = await ReadOrNothingAsync(cancellationToken);
        foreach (var slice in slices)
        {
            verified[slice] = before[slice].After(plan.DueBefore, now);
        }

        await verified.WriteAsync(repository.Store, repository.Documents, cancellationToken);
        Volatile.Write(ref keptAt, repository.Clock.GetTimestamp());
        lock (unkept)
        {
            unkept.ExceptWith(slices);
        }
    }

    private async Task<VerifiedSlices> ReadOrNothingAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await VerifiedSlices.ReadAsync(repository.Store, repository.Documents, cancellationToken);
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            return VerifiedSlices.Nothing;
        }
    }
}
