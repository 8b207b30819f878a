using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Core.Capture;

/// <summary>
/// What a snapshot holds beside schema and rows: the state of sequences, large objects, roles and what belongs to the
/// database itself; what is to be read; and what this role cannot read.
/// </summary>
internal sealed record SnapshotInventory
{
    public required IReadOnlyList<Relation> Relations { get; init; }

    /// <summary>The tables whose rows are read, and last the large objects, where there are any.</summary>
    public required IReadOnlyList<ScanTable> ScanTables { get; init; }

    /// <summary>Those that this role cannot read too.</summary>
    public required IReadOnlyList<Sequence> AllSequences { get; init; }

    /// <summary>The state of those that it can.</summary>
    public required IReadOnlyList<SequenceEntry> Sequences { get; init; }
    public required IReadOnlyList<LargeObject> LargeObjects { get; init; }
    public required IReadOnlyList<RoleEntry> Roles { get; init; }
    public required IReadOnlyList<string> Tablespaces { get; init; }
    public required DatabaseEntry Database { get; init; }
    public required IReadOnlyList<IncompleteItem> Incomplete { get; init; }

    public static async Task<SnapshotInventory> ReadAsync(
        LockedSnapshot snapshot,
        SchemaFilter filter,
        CancellationToken cancellationToken
    )
    {
        var catalog = snapshot.Catalog;
        // First of all: a sequence may be ahead of the snapshot's rows, the less the better, but never behind.
        var sequences = await catalog.ReadSequencesAsync(filter, cancellationToken);
        var states = await catalog.ReadSequenceStatesAsync(sequences.Where(s => s.Selectable), cancellationToken);
        // Large objects are in no schema: a backup limited to some schemas leaves them out, as pg_dump does.
        var largeObjects = filter.Only.Count == 0 ? await catalog.ReadLargeObjectsAsync(cancellationToken) : [];
        var definitions = await catalog.ReadUnreadableDefinitionsAsync(cancellationToken);
        return new SnapshotInventory
        {
            Relations = snapshot.Relations,
            ScanTables = await ScanTablesAsync(snapshot, largeObjects, cancellationToken),
            AllSequences = sequences,
            Sequences = states,
            LargeObjects = largeObjects.Where(o => o.Readable).ToList(),
            Roles = await catalog.ReadRolesAsync(cancellationToken),
            Tablespaces = await catalog.ReadTablespacesAsync(cancellationToken),
            Database = await catalog.ReadDatabaseAsync(cancellationToken),
            Incomplete =
            [
                .. IncompleteItems.Of(snapshot.Relations),
                .. IncompleteItems.Of(sequences, snapshot.Server.Role),
                .. IncompleteItems.Of(largeObjects, snapshot.Server.Role),
                .. definitions,
            ],
        };
    }

    /// <summary>The document of the backup, once schema and rows are stored.</summary>
    public BackupContents ToContents(SchemaEntry schema, IReadOnlyList<ScannedTable<ChunkingSink>> scanned)
    {
        var relations = Relations.ToDictionary(r => r.Name);
        var tables = scanned.Where(t => t.Table.Query is null).Select(t => ToEntry(t, relations[t.Table.Name]));
        var objects = scanned.SingleOrDefault(t => t.Table.Query is not null);
        return new BackupContents
        {
            Schema = schema,
            Tables = tables.ToList(),
            Sequences = Sequences,
            LargeObjects = new LargeObjectsEntry
            {
                Objects = LargeObjects.Select(o => new LargeObjectEntry(o.Oid, o.Owner, o.Acl, o.Comment)).ToList(),
                Receipt = objects?.Receipt ?? Receipt.Empty,
                RawBytes = objects?.RawBytes ?? 0,
                Chunks = objects is null ? [] : Chunks(objects),
            },
            MaterializedViews = Relations
                .Where(r => r.Kind == RelationKind.MaterializedView)
                .Select(r => r.Name.ToString())
                .ToList(),
            Database = Database,
            Roles = Roles,
            Tablespaces = Tablespaces,
        };
    }

    private static async Task<IReadOnlyList<ScanTable>> ScanTablesAsync(
        LockedSnapshot snapshot,
        IReadOnlyList<LargeObject> largeObjects,
        CancellationToken cancellationToken
    )
    {
        var readable = snapshot.Relations.Where(r => r.HoldsRows && r.Unreadable is null).ToList();
        var sizes = await snapshot.Catalog.ReadTableSizesAsync(readable, cancellationToken);
        var tables = readable.Select(r => ScanTable.From(r, sizes[r.Oid], snapshot.Server.BlockSize));
        var unreadable = largeObjects.Where(o => !o.Readable).Select(o => o.Oid).ToList();
        return largeObjects.Count > unreadable.Count
            ? [.. tables, ScanTable.LargeObjects(unreadable)]
            : tables.ToList();
    }

    private static TableEntry ToEntry(ScannedTable<ChunkingSink> scanned, Relation relation) =>
        new()
        {
            Schema = relation.Name.Schema,
            Name = relation.Name.Name,
            Columns = scanned.Table.Columns,
            GeneratedColumns = scanned.Table.GeneratedColumns,
            Format = scanned.Table.Format,
            Condition = scanned.Table.Condition,
            Extension = relation.Extension,
            LoadThrough = relation.LoadThrough is { } root ? new LoadThroughEntry(root.Schema, root.Name) : null,
            Unlogged = relation.Unlogged,
            Receipt = scanned.Receipt,
            GeneratedReceipt = scanned.GeneratedReceipt,
            RawBytes = scanned.RawBytes,
            Chunks = Chunks(scanned),
        };

    private static List<ChunkEntry> Chunks(ScannedTable<ChunkingSink> scanned) =>
        scanned.Sinks.SelectMany(s => s.Chunks).ToList();
}
