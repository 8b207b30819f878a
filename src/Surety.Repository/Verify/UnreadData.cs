using Surety.Repository.Objects;

namespace Surety.Repository.Verify;

/// <summary>What a verification did not read, and when that was read.</summary>
/// <param name="Objects">Number of named objects that were not read this time.</param>
/// <param name="Bytes">Their stored bytes.</param>
/// <param name="NeverReadObjects">Those of them that no verification has read since they were written.</param>
/// <param name="NeverReadBytes">Their stored bytes.</param>
/// <param name="OldestReadAt">When that was read which was read the longest ago; null where nothing ever was.</param>
public sealed record UnreadData(
    long Objects,
    long Bytes,
    long NeverReadObjects,
    long NeverReadBytes,
    DateTimeOffset? OldestReadAt
)
{
    internal static UnreadData Of(ObjectInventory inventory, Func<ObjectId, DateTimeOffset?> lastRead)
    {
        var (objects, bytes, neverObjects, neverBytes) = (0L, 0L, 0L, 0L);
        DateTimeOffset? oldest = null;
        foreach (var (id, named) in inventory.All)
        {
            var read = lastRead(id);
            oldest = oldest < read ? oldest : read ?? oldest;
            if (!named.IsChosen)
            {
                objects++;
                bytes += named.StoredLength;
            }

            if (read is null)
            {
                neverObjects++;
                neverBytes += named.StoredLength;
            }
        }

        return new UnreadData(objects, bytes, neverObjects, neverBytes, oldest);
    }
}
