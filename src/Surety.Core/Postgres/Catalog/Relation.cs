using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Catalog;

internal enum RelationKind
{
    Table,
    Partitioned,
    Foreign,
    MaterializedView,
}

/// <summary>A relation of the database, as tables.sql reads it.</summary>
internal sealed record Relation
{
    public required uint Oid { get; init; }
    public required QualifiedName Name { get; init; }
    public required RelationKind Kind { get; init; }
    public required bool Unlogged { get; init; }

    /// <summary>The file that the snapshot sees, and the file that holds the rows now.</summary>
    public required (uint InSnapshot, uint Now) FileNode { get; init; }

    /// <summary>True for the heap access method, whose rows have stable ctids within a snapshot.</summary>
    public required bool IsHeap { get; init; }
    public required string? Extension { get; init; }
    public required string? Condition { get; init; }
    public required IReadOnlyList<string> Columns { get; init; }
    public required IReadOnlyList<string> GeneratedColumns { get; init; }
    public required bool NeedsText { get; init; }
    public required QualifiedName? LoadThrough { get; init; }

    /// <summary>Why this role cannot read the rows, or null where it can.</summary>
    public required string? Unreadable { get; init; }

    /// <summary>True where the role has what LOCK TABLE needs, which pg_dump needs too.</summary>
    public required bool HasPrivileges { get; init; }

    public bool HoldsRows => Kind == RelationKind.Table;

    public bool IsLockable => HasPrivileges && Kind is (RelationKind.Table or RelationKind.Partitioned);
}

/// <summary>Bytes of a table's heap, and of heap and TOAST together.</summary>
internal readonly record struct TableSize(long HeapBytes, long TotalBytes);

/// <summary>A sequence, as sequences.sql reads it.</summary>
internal sealed record Sequence(uint Oid, QualifiedName Name, bool Selectable);

/// <summary>A large object, as large-objects.sql reads it.</summary>
internal sealed record LargeObject(uint Oid, string Owner, string? Acl, string? Comment, bool Readable);

/// <summary>The server and the session's role, as server.sql reads them.</summary>
internal sealed record ServerInfo
{
    public required string Version { get; init; }

    /// <summary>As in server_version_num: 150018 is 15.18.</summary>
    public required int VersionNumber { get; init; }
    public required string Encoding { get; init; }

    /// <summary>Bytes of a heap page.</summary>
    public required int BlockSize { get; init; }
    public required string Database { get; init; }
    public required string Role { get; init; }
    public required bool Superuser { get; init; }
    public required bool InRecovery { get; init; }

    public int Major => VersionNumber / 10000;
}

/// <summary>Limits a backup to some schemas: only those named (none: all), and not those excluded.</summary>
public sealed record SchemaFilter(IReadOnlyList<string> Only, IReadOnlyList<string> Except)
{
    public static SchemaFilter All { get; } = new([], []);

    public bool IsAll => Only.Count == 0 && Except.Count == 0;

    /// <summary>What a backup of these schemas is limited to; null where it is not.</summary>
    public BackupScope? Scope => BackupScope.Of(Only, Except);

    public bool Includes(string schema) => (Only.Count == 0 || Only.Contains(schema)) && !Except.Contains(schema);
}
