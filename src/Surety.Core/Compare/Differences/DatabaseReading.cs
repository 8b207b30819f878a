using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Core.Scan;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>
/// Reads a database as a backup would, in the form that <paramref name="backup"/> has: chunks that are in the backup
/// already are dropped, the others are put into <paramref name="objects"/>.
/// </summary>
internal sealed class DatabaseReading(BackupContents backup, ObjectStore objects, OperationProgress progress)
{
    /// <param name="only">The tables to read, without large objects; all where it is null.</param>
    /// <param name="jobs">Number of sessions that read rows at once.</param>
    public async Task<StoredState> RunAsync(
        LockedSnapshot snapshot,
        IReadOnlySet<QualifiedName>? only,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        objects.Trust(backup.Tables.SelectMany(t => t.Chunks).Select(c => c.Object));
        objects.Trust(backup.LargeObjects.Chunks.Select(c => c.Object));
        var filter = RowComparison.Filter(backup);
        var inventory = await SnapshotInventory.ReadAsync(snapshot, filter, cancellationToken);
        var kept = backup.Tables.ToDictionary(QualifiedName.Of);
        var tables = inventory
            .ScanTables.Where(t => only is null || only.Contains(t.Name))
            .Select(t => kept.TryGetValue(t.Name, out var table) ? AsKept(t, table) : t)
            .ToList();
        var scan = new ParallelScan<ChunkingSink>(
            snapshot,
            backup.Database.Encoding,
            jobs,
            progress,
            table => new ChunkingSink(ChunkBounds.For(table), objects, new StoredTally(), cancellationToken)
        );
        var scanned = await scan.RunAsync(tables, cancellationToken);
        await snapshot.EnsureNamesUnchangedAsync(cancellationToken);
        return new StoredState(inventory.ToContents(backup.Schema, scanned), objects)
        {
            Unreadable = snapshot
                .Relations.Where(r => r.HoldsRows && r.Unreadable is not null)
                .ToDictionary(r => r.Name, r => r.Unreadable!),
        };
    }

    /// <summary>Rows are compared by their bytes: they have to be read in the form in which they were kept.</summary>
    private static ScanTable AsKept(ScanTable present, TableEntry kept) =>
        present.Columns.SequenceEqual(kept.Columns)
            ? present with
            {
                Format = kept.Format,
                Condition = kept.Condition,
            }
            : present;
}
