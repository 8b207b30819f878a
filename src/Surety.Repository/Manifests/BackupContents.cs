using System.Text.Json.Serialization;
using Surety.Repository.Objects;

namespace Surety.Repository.Manifests;

/// <summary>Everything that a backup holds: the schema, and for each table its rows and their receipt.</summary>
public sealed record BackupContents
{
    public required SchemaEntry Schema { get; init; }
    public required IReadOnlyList<TableEntry> Tables { get; init; }
    public required IReadOnlyList<SequenceEntry> Sequences { get; init; }
    public required LargeObjectsEntry LargeObjects { get; init; }

    /// <summary>Qualified names of materialized views: derived data, refreshed by a restore, never compared.</summary>
    public required IReadOnlyList<string> MaterializedViews { get; init; }
    public required DatabaseEntry Database { get; init; }

    /// <summary>The roles that objects of the database name: owners, grantees, policy roles.</summary>
    public required IReadOnlyList<RoleEntry> Roles { get; init; }

    /// <summary>The tablespaces that tables and indexes are in, besides the database's own.</summary>
    public required IReadOnlyList<string> Tablespaces { get; init; }

    /// <summary>The same with other names for its objects: those of another repository.</summary>
    internal BackupContents WithObjects(Func<ObjectId, ObjectId> name)
    {
        return this with
        {
            Schema = Schema with { Archive = Renamed(Schema.Archive), Text = Renamed(Schema.Text) },
            Tables = [.. Tables.Select(table => table with { Chunks = RenamedAll(table.Chunks) })],
            LargeObjects = LargeObjects with { Chunks = RenamedAll(LargeObjects.Chunks) },
        };

        StoredStream Renamed(StoredStream stream) => stream with { Parts = [.. stream.Parts.Select(name)] };

        IReadOnlyList<ChunkEntry> RenamedAll(IEnumerable<ChunkEntry> chunks) =>
            [.. chunks.Select(chunk => chunk with { Object = name(chunk.Object) })];
    }
}

/// <summary>The schema as pg_dump wrote it inside the snapshot.</summary>
public sealed record SchemaEntry
{
    /// <summary>pg_dump's custom-format archive, sections pre-data and post-data.</summary>
    public required StoredStream Archive { get; init; }

    /// <summary>The same as SQL text, without random tokens and version headers; for comparing and reading.</summary>
    public required StoredStream Text { get; init; }

    /// <summary>Major version of the pg_dump that wrote it: a pg_restore must be no older.</summary>
    public required int PgDumpMajor { get; init; }

    /// <summary>The schemas that the backup is limited to by <c>--schema</c>; empty for all.</summary>
    public IReadOnlyList<string> OnlySchemas { get; init; } = [];

    /// <summary>The schemas left out by <c>--exclude-schema</c>.</summary>
    public IReadOnlyList<string> ExcludedSchemas { get; init; } = [];

    /// <summary>Both; null where the backup is of the whole database.</summary>
    [JsonIgnore]
    public BackupScope? Scope => BackupScope.Of(OnlySchemas, ExcludedSchemas);
}

/// <summary>How the rows of a table are kept: the two formats of PostgreSQL's COPY.</summary>
public enum RowFormat
{
    Binary,
    Text,
}

/// <summary>One table (an ordinary table, or one leaf of a partitioned one) and its rows.</summary>
public sealed record TableEntry
{
    public required string Schema { get; init; }
    public required string Name { get; init; }

    /// <summary>The stored columns by name, in the order in which the rows hold them (ordinal order of the names).</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Stored generated columns, in ordinal order: read for their receipt, not kept, recomputed by a restore.</summary>
    public IReadOnlyList<string> GeneratedColumns { get; init; } = [];

    public required RowFormat Format { get; init; }

    /// <summary>For an extension's configuration table: the condition on the rows that belong to the database, else null.</summary>
    public string? Condition { get; init; }

    /// <summary>The extension that owns the table, else null.</summary>
    public string? Extension { get; init; }

    /// <summary>
    /// The partitioned table that rows must be loaded through, where a row's leaf can differ after a
    /// restore (hash partitioning on a type whose hash depends on OIDs); else null.
    /// </summary>
    public LoadThroughEntry? LoadThrough { get; init; }

    /// <summary>True for an unlogged table: a logical backup holds its rows, a crash of the server does not keep them.</summary>
    public bool Unlogged { get; init; }

    /// <summary>Digest of the rows' stored columns.</summary>
    public required Receipt Receipt { get; init; }

    /// <summary>Digest of stored and generated columns together; null where there are no generated ones.</summary>
    public Receipt? GeneratedReceipt { get; init; }

    /// <summary>Plain bytes of the rows.</summary>
    public required long RawBytes { get; init; }

    /// <summary>The rows, in chunks that each end on a row boundary.</summary>
    public required IReadOnlyList<ChunkEntry> Chunks { get; init; }
}

/// <summary>The partitioned table that a leaf's rows are loaded through.</summary>
public sealed record LoadThroughEntry(string Schema, string Name);

/// <summary>A stretch of a table's rows, kept as one object.</summary>
public readonly record struct ChunkEntry(ObjectId Object, int Rows, int RawBytes);

/// <summary>A sequence and its state, read after the snapshot: it may be ahead of the rows, never behind.</summary>
public sealed record SequenceEntry(string Schema, string Name, long LastValue, bool IsCalled);

/// <summary>The large objects, their bytes kept like the rows of one table: (oid, page, bytes) in binary format.</summary>
public sealed record LargeObjectsEntry
{
    public required IReadOnlyList<LargeObjectEntry> Objects { get; init; }

    /// <summary>Digest of the pages.</summary>
    public required Receipt Receipt { get; init; }

    /// <summary>Plain bytes of the pages.</summary>
    public required long RawBytes { get; init; }
    public required IReadOnlyList<ChunkEntry> Chunks { get; init; }
}

/// <summary>What pg_largeobject_metadata says of one large object.</summary>
/// <param name="Acl">Its grants, as the text of an aclitem array; null for the default.</param>
public sealed record LargeObjectEntry(uint Oid, string Owner, string? Acl, string? Comment);

/// <summary>What belongs to the database itself and follows neither a dump nor a rename.</summary>
public sealed record DatabaseEntry
{
    public required string Owner { get; init; }
    public required string Encoding { get; init; }
    public required string Collate { get; init; }
    public required string CharacterType { get; init; }

    /// <summary><c>libc</c>, <c>icu</c> or <c>builtin</c>.</summary>
    public required string LocaleProvider { get; init; }

    /// <summary>The ICU or builtin locale, else null.</summary>
    public string? Locale { get; init; }
    public string? IcuRules { get; init; }
    public string? Acl { get; init; }
    public string? Comment { get; init; }
    public required int ConnectionLimit { get; init; }
    public required string Tablespace { get; init; }

    /// <summary>Settings of <c>ALTER DATABASE SET</c> and <c>ALTER ROLE IN DATABASE SET</c>.</summary>
    public required IReadOnlyList<SettingEntry> Settings { get; init; }
}

/// <param name="Role">The role the setting is limited to, or null for every role.</param>
/// <param name="Name">The setting's name.</param>
/// <param name="Value">Its value, as pg_db_role_setting keeps it.</param>
public sealed record SettingEntry(string? Role, string Name, string Value);

/// <summary>A role, without its password.</summary>
public sealed record RoleEntry
{
    public required string Name { get; init; }
    public required bool Superuser { get; init; }
    public required bool Inherit { get; init; }
    public required bool CreateRole { get; init; }
    public required bool CreateDatabase { get; init; }
    public required bool CanLogin { get; init; }
    public required bool Replication { get; init; }
    public required bool BypassRowSecurity { get; init; }
    public required int ConnectionLimit { get; init; }

    /// <summary>The roles it is a member of.</summary>
    public required IReadOnlyList<string> MemberOf { get; init; }

    /// <summary>True where a row level security policy names it: needed even where owners and grants are not restored.</summary>
    public required bool NamedByPolicy { get; init; }
}
