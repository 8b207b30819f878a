using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Manifests;

namespace Surety.Core.Scan;

/// <summary>What to read of one table, and in which form.</summary>
internal sealed record ScanTable
{
    /// <summary>The columns of the large objects, which are kept like the rows of one table.</summary>
    public static IReadOnlyList<string> LargeObjectColumns { get; } = ["oid", "page", "bytes"];

    public required QualifiedName Name { get; init; }

    /// <summary>Stored columns, then stored generated ones, each in ordinal order: the order of the fields of a row.</summary>
    public required IReadOnlyList<string> Columns { get; init; }
    public required IReadOnlyList<string> GeneratedColumns { get; init; }
    public required RowFormat Format { get; init; }
    public required string? Condition { get; init; }

    /// <summary>Sizes on disk, for estimates and for cutting into ranges.</summary>
    public required TableSize Size { get; init; }

    /// <summary>Pages of the heap, or 0 where the table cannot be read by ctid ranges.</summary>
    public required long Pages { get; init; }

    /// <summary>The query, where it is not simply the columns of a table that must be locked first.</summary>
    public string? Query { get; init; }

    /// <summary>Statements that lock the table, or null for what needs no lock.</summary>
    public string? Lock => Query is null ? $"LOCK TABLE ONLY {Name.Sql} IN ACCESS SHARE MODE NOWAIT" : null;

    /// <summary>A table of the snapshot; its format may be fixed by the backup that it is compared with.</summary>
    public static ScanTable From(Relation relation, TableSize size, int blockSize, RowFormat? format = null) =>
        new()
        {
            Name = relation.Name,
            Columns = relation.Columns,
            GeneratedColumns = relation.GeneratedColumns,
            Format = format ?? (relation.NeedsText ? RowFormat.Text : RowFormat.Binary),
            Condition = relation.Condition,
            Size = size,
            Pages = relation.IsHeap && relation.Condition is null ? size.HeapBytes / blockSize : 0,
        };

    /// <summary>The large objects, as the rows of one table; <paramref name="unreadable"/> are left out.</summary>
    public static ScanTable LargeObjects(IReadOnlyList<uint> unreadable) =>
        new()
        {
            Name = new QualifiedName("pg_catalog", "pg_largeobject"),
            Columns = LargeObjectColumns,
            GeneratedColumns = [],
            Format = RowFormat.Binary,
            Condition = null,
            Size = default,
            Pages = 0,
            Query =
                unreadable.Count == 0
                    ? SqlFile.Read("large-object-rows")
                    : $"{SqlFile.Read("large-object-rows")} AND m.oid NOT IN ({string.Join(", ", unreadable)})",
        };

    /// <summary>The COPY that reads one range of pages.</summary>
    public string CopySql(PageRange range)
    {
        // ONLY: the rows of children are theirs. A table without columns has rows all the same.
        var query =
            Query
            ?? $"SELECT {SqlText.Identifiers(Columns.Concat(GeneratedColumns))} FROM ONLY {Name.Sql} {Condition ?? range.Where}";
        return $"COPY ({query}) TO STDOUT (FORMAT {(Format == RowFormat.Binary ? "binary" : "text")})";
    }
}
