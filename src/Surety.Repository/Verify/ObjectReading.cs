using Surety.Repository.Errors;
using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>Reads the objects of a plan, several at once, and checks every byte of them.</summary>
internal sealed class ObjectReading(BackupRepository repository, FoundDamage damage)
{
    private long count;
    private long bytes;

    /// <summary>How many were read.</summary>
    public long Count => count;

    /// <summary>Their stored bytes.</summary>
    public long Bytes => bytes;

    /// <param name="plan">Which.</param>
    /// <param name="inventory">How long each has to be.</param>
    /// <param name="kept">Told of each; null where nothing is kept.</param>
    /// <param name="told">Told from many threads of each step: how many objects and how many stored bytes more.</param>
    /// <param name="jobs">How many at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task RunAsync(
        ReadPlan plan,
        ObjectInventory inventory,
        SliceProgress? kept,
        Action<long, long>? told,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(
            plan.Objects,
            options,
            async (id, token) =>
            {
                var (read, isSound) = await CheckAsync(id, inventory[id].PlainLength, token);
                Interlocked.Increment(ref count);
                Interlocked.Add(ref bytes, read);
                told?.Invoke(1, read);
                if (kept is not null)
                {
                    await kept.ReadAsync(id, isSound, token);
                }
            }
        );
    }

    private async Task<(long Read, bool IsSound)> CheckAsync(
        ObjectId id,
        int length,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var plain = await repository.Objects.GetAsync(id, cancellationToken);
            var isSound = plain.Bytes.Length == length;
            if (!isSound)
            {
                damage.Report(
                    id.ToString(),
                    $"it holds {plain.Bytes.Length} bytes where a backup has a piece of {length}"
                );
            }

            return (plain.StoredLength, isSound);
        }
        catch (SuretyException e) when (!e.IsOutage)
        {
            damage.Report(id.ToString(), e.Message);
            return (0, false);
        }
    }
}
