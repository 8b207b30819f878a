using System.Buffers.Binary;
using Surety.Core.Progress;

namespace Surety.Core.Compare.Differences;

/// <summary>Compares the large objects of two states: which there are, their bytes, owners, grants and comments.</summary>
internal static class LargeObjectDifferences
{
    /// <summary>Null where neither side has any.</summary>
    public static async Task<LargeObjectsDifference?> FindAsync(
        StoredState backup,
        StoredState database,
        OperationProgress progress,
        long memoryBytes,
        CancellationToken cancellationToken
    )
    {
        var (kept, present) = (backup.Contents.LargeObjects, database.Contents.LargeObjects);
        if (kept.Objects.Count == 0 && present.Objects.Count == 0)
        {
            return null;
        }

        var touched = new TouchedObjects();
        await new RowDifference(progress, memoryBytes).RunAsync(
            TableRows.Of(kept, backup.Objects),
            TableRows.Of(present, database.Objects),
            key: null,
            touched,
            cancellationToken
        );
        var before = kept.Objects.ToDictionary(o => o.Oid, LargeObjectComparison.Describe);
        var after = present.Objects.ToDictionary(o => o.Oid, LargeObjectComparison.Describe);
        var both = before.Keys.Intersect(after.Keys).ToList();
        return new LargeObjectsDifference(
            before.Count - both.Count,
            after.Count - both.Count,
            both.Count(oid => touched.Oids.Contains(oid) || before[oid] != after[oid])
        );
    }

    /// <summary>The first field of a page's row is the object's OID, binary.</summary>
    private sealed class TouchedObjects : IDifferenceSink
    {
        private const int OidAt = sizeof(short) + sizeof(int);

        public HashSet<uint> Oids { get; } = [];

        public void OnlyBefore(ReadOnlySpan<byte> row, UInt128 hash) =>
            Oids.Add(BinaryPrimitives.ReadUInt32BigEndian(row[OidAt..]));

        public void OnlyAfter(ReadOnlySpan<byte> row, UInt128 hash) => OnlyBefore(row, hash);
    }
}
