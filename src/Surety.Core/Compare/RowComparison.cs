using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare;

/// <summary>
/// Compares the rows of a database with a backup by receipts: every row is read and hashed inside one snapshot, in the
/// form that the backup recorded, and nothing is fetched from the repository.
/// </summary>
internal sealed class RowComparison(BackupContents backup, LockedSnapshot snapshot, OperationProgress progress)
{
    private readonly Dictionary<QualifiedName, Relation> relations = snapshot
        .Relations.Where(r => r.HoldsRows)
        .ToDictionary(r => r.Name);
    private Dictionary<QualifiedName, ScannedTable<DigestOnly>> scanned = [];

    /// <summary>Takes a snapshot of the database and compares it.</summary>
    public static async Task<RowComparisonReport> RunAsync(
        BackupContents backup,
        ConnectionTarget database,
        int jobs,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var options = new SnapshotOptions { Schemas = Filter(backup) };
        await using var snapshot = await LockedSnapshot.TakeAsync(database, options, progress, cancellationToken);
        return await new RowComparison(backup, snapshot, progress).RunAsync(jobs, cancellationToken);
    }

    /// <summary>The schemas that a backup is limited to.</summary>
    public static SchemaFilter Filter(BackupContents backup) =>
        new(backup.Schema.OnlySchemas, backup.Schema.ExcludedSchemas);

    public async Task<RowComparisonReport> RunAsync(int jobs, CancellationToken cancellationToken)
    {
        var sequences = await SequenceComparisons.OfAsync(backup, snapshot, cancellationToken);
        var objects = await LargeObjectComparison.ListAsync(backup, snapshot, cancellationToken);
        var readable = backup.Tables.Select(Find).OfType<Relation>().ToList();
        var sizes = await snapshot.Catalog.ReadTableSizesAsync(readable, cancellationToken);
        var tables = backup.Tables.Where(t => Find(t) is not null).Select(t => ToScan(t, sizes)).ToList();
        var scan = new ParallelScan<DigestOnly>(
            snapshot,
            backup.Database.Encoding,
            jobs,
            progress,
            _ => new DigestOnly()
        );
        var found = await scan.RunAsync([.. tables, .. objects.ToScan()], cancellationToken);
        scanned = found.ToDictionary(s => s.Table.Name);
        await snapshot.EnsureNamesUnchangedAsync(cancellationToken);
        return new RowComparisonReport(
            [.. backup.Tables.Select(Compare), .. Extra()],
            sequences,
            objects.Compare(found.SingleOrDefault(s => s.Table.Query is not null))
        );
    }

    /// <summary>The database's table where its rows can be read and compared with the backup's, else null.</summary>
    private Relation? Find(TableEntry table) =>
        relations.TryGetValue(QualifiedName.Of(table), out var relation) && Obstacle(table, relation) is null
            ? relation
            : null;

    private static string? Obstacle(TableEntry table, Relation relation)
    {
        if (relation.Unreadable is { } reason)
        {
            return $"cannot be read: {reason}";
        }

        var changes = ColumnChanges(
            [.. table.Columns, .. table.GeneratedColumns],
            [.. relation.Columns, .. relation.GeneratedColumns]
        );
        return changes.Length == 0 ? null : changes;
    }

    /// <summary>For people: which columns are missing or new; empty where none is.</summary>
    internal static string ColumnChanges(IReadOnlyList<string> kept, IReadOnlyList<string> present) =>
        string.Join(
            ", ",
            kept.Except(present)
                .Select(c => $"column {c} is missing")
                .Concat(present.Except(kept).Select(c => $"column {c} is new"))
        );

    private ScanTable ToScan(TableEntry table, IReadOnlyDictionary<uint, TableSize> sizes)
    {
        var relation = relations[QualifiedName.Of(table)];
        return ScanTable.From(relation, sizes[relation.Oid], snapshot.Server.BlockSize) with
        {
            Columns = table.Columns,
            GeneratedColumns = table.GeneratedColumns,
            Format = table.Format,
            Condition = table.Condition,
        };
    }

    private TableComparison Compare(TableEntry table)
    {
        var name = QualifiedName.Of(table);
        if (!relations.TryGetValue(name, out var relation))
        {
            return new(name.ToString(), ComparisonStatus.Missing, table.Receipt.Rows, null, "");
        }

        if (!scanned.TryGetValue(name, out var present))
        {
            var reason = Obstacle(table, relation) ?? "";
            return new(name.ToString(), ComparisonStatus.Mismatch, table.Receipt.Rows, null, reason);
        }

        var rows = RowDifference(table, present);
        var difference = rows.Length > 0 ? rows : GeneratedDifference(table, present);
        return new TableComparison(
            name.ToString(),
            difference.Length == 0 ? ComparisonStatus.Exact : ComparisonStatus.Mismatch,
            table.Receipt.Rows,
            present.Receipt.Rows,
            difference
        )
        {
            OnlyGenerated = rows.Length == 0 && difference.Length > 0,
        };
    }

    private string RowDifference(TableEntry table, ScannedTable<DigestOnly> present) =>
        present.Receipt == table.Receipt || EqualThroughParent(table, t => t.Receipt, t => t.Receipt)
            ? ""
            : (present.Receipt.Rows - table.Receipt.Rows) switch
            {
                0 => "the same number of rows with other content",
                > 0 and var more => $"{more:N0} rows more than the backup",
                var fewer => $"{-fewer:N0} rows fewer than the backup",
            };

    private string GeneratedDifference(TableEntry table, ScannedTable<DigestOnly> present) =>
        table.GeneratedReceipt is null
        || present.GeneratedReceipt == table.GeneratedReceipt
        || EqualThroughParent(table, t => t.GeneratedReceipt ?? default, t => t.GeneratedReceipt ?? default)
            ? ""
            : $"generated columns have other values ({string.Join(", ", table.GeneratedColumns)})";

    /// <summary>
    /// True for the leaves of a partitioned table whose rows a restore may have put into other leaves: together they hold
    /// the same rows.
    /// </summary>
    private bool EqualThroughParent(
        TableEntry table,
        Func<TableEntry, Receipt> kept,
        Func<ScannedTable<DigestOnly>, Receipt> found
    )
    {
        if (table.LoadThrough is null)
        {
            return false;
        }

        var leaves = backup.Tables.Where(t => t.LoadThrough == table.LoadThrough).ToList();
        return leaves.All(l => scanned.ContainsKey(QualifiedName.Of(l)))
            && Sum(leaves.Select(kept)) == Sum(leaves.Select(l => found(scanned[QualifiedName.Of(l)])));
    }

    internal static Receipt Sum(IEnumerable<Receipt> receipts) => receipts.Aggregate(Receipt.Empty, (a, b) => a + b);

    private IEnumerable<TableComparison> Extra() =>
        relations
            .Keys.Except(backup.Tables.Select(QualifiedName.Of))
            .Select(name => new TableComparison(name.ToString(), ComparisonStatus.Extra, null, null, ""));
}
