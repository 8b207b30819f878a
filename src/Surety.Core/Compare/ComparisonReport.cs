using Surety.Core.Postgres.Schema;

namespace Surety.Core.Compare;

/// <summary>How a table or a sequence of a database stands against a backup.</summary>
public enum ComparisonStatus
{
    Exact,
    Mismatch,

    /// <summary>In the backup, not in the database.</summary>
    Missing,

    /// <summary>In the database, not in the backup.</summary>
    Extra,
}

/// <param name="Name">For people: schema and name, quoted where needed.</param>
/// <param name="Reason">For a mismatch, what differs; else empty.</param>
public sealed record TableComparison(
    string Name,
    ComparisonStatus Status,
    long? BackupRows,
    long? DatabaseRows,
    string Reason
)
{
    /// <summary>True where the rows are equal but for values of stored generated columns, which a restore computes anew.</summary>
    public bool OnlyGenerated { get; init; }
}

/// <summary>The values are those that the next call of nextval depends on: last_value and is_called.</summary>
public sealed record SequenceComparison(
    string Name,
    ComparisonStatus Status,
    (long LastValue, bool IsCalled)? Backup,
    (long LastValue, bool IsCalled)? Database
);

/// <summary>All large objects together.</summary>
/// <param name="BackupCount">How many the backup has.</param>
/// <param name="Reason">For a mismatch, what differs; else empty.</param>
/// <param name="SameContent">True where the same objects hold the same bytes, whoever owns them.</param>
public sealed record LargeObjectsComparison(
    ComparisonStatus Status,
    int BackupCount,
    int DatabaseCount,
    string Reason,
    bool SameContent
);

/// <summary>The rows, large objects and sequences of a database against those of a backup.</summary>
/// <param name="LargeObjects">Null where neither side has any.</param>
public sealed record RowComparisonReport(
    IReadOnlyList<TableComparison> Tables,
    IReadOnlyList<SequenceComparison> Sequences,
    LargeObjectsComparison? LargeObjects
)
{
    /// <summary>Tables that are not exact, the large objects counting as one.</summary>
    public int Mismatched =>
        Tables.Count(t => t.Status != ComparisonStatus.Exact)
        + (LargeObjects is null or { Status: ComparisonStatus.Exact } ? 0 : 1);
}

/// <summary>The schema of a database against that of a backup.</summary>
/// <param name="Differences">Empty where they are identical in meaning.</param>
/// <param name="Doubt">Why a difference in text could not be checked by meaning, or null.</param>
public sealed record SchemaComparisonReport(IReadOnlyList<SchemaDifference> Differences, string? Doubt)
{
    public bool Identical => Differences.Count == 0;
}

/// <summary>What <c>validate</c> found.</summary>
public sealed record ValidationReport
{
    /// <summary>Id of the backup.</summary>
    public required string Backup { get; init; }
    public required string Database { get; init; }
    public required RowComparisonReport Rows { get; init; }
    public required SchemaComparisonReport Schema { get; init; }

    /// <summary>Materialized views: derived from the rows, so not compared.</summary>
    public required IReadOnlyList<string> NotCompared { get; init; }

    public bool Exact =>
        Rows.Mismatched == 0 && Rows.Sequences.All(s => s.Status == ComparisonStatus.Exact) && Schema.Identical;
}
