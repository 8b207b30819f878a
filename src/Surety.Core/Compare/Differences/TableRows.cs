using Surety.Core.Postgres;
using Surety.Core.Scan;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Compare.Differences;

/// <summary>The rows of one table as chunks of a repository: one side of a difference.</summary>
internal sealed record TableRows
{
    /// <summary>For messages.</summary>
    public required string Name { get; init; }

    /// <summary>Where the chunks are read from.</summary>
    public required ObjectStore Objects { get; init; }
    public required RowFormat Format { get; init; }

    /// <summary>The fields of a row, in their order.</summary>
    public required IReadOnlyList<string> Columns { get; init; }
    public required Receipt Receipt { get; init; }
    public required IReadOnlyList<ChunkEntry> Chunks { get; init; }

    public static TableRows Of(TableEntry table, ObjectStore objects) =>
        new()
        {
            Name = QualifiedName.Of(table).ToString(),
            Objects = objects,
            Format = table.Format,
            Columns = table.Columns,
            Receipt = table.Receipt,
            Chunks = table.Chunks,
        };

    /// <summary>The pages of all large objects.</summary>
    public static TableRows Of(LargeObjectsEntry entry, ObjectStore objects) =>
        new()
        {
            Name = "the large objects",
            Objects = objects,
            Format = RowFormat.Binary,
            Columns = ScanTable.LargeObjectColumns,
            Receipt = entry.Receipt,
            Chunks = entry.Chunks,
        };

    /// <summary>True where equal rows have equal bytes: the same columns in the same format.</summary>
    public bool IsComparableWith(TableRows other) => Format == other.Format && Columns.SequenceEqual(other.Columns);
}
