namespace Surety.Core.Compare;

/// <summary>In which rows a table differs. Without a key, a changed row is one that is gone and one that came.</summary>
public sealed record TableDifference
{
    /// <summary>For people: schema and name, quoted where needed.</summary>
    public required string Name { get; init; }
    public ComparisonStatus Status { get; init; } = ComparisonStatus.Exact;
    public required long? BackupRows { get; init; }
    public required long? DatabaseRows { get; init; }

    /// <summary>Rows that only the backup has; with a key, those whose key the database has not.</summary>
    public long OnlyInBackup { get; init; }

    /// <summary>Rows that only the database has; with a key, those whose key the backup has not.</summary>
    public long OnlyInDatabase { get; init; }

    /// <summary>Rows with a key that both have, and other values; null without a key.</summary>
    public long? Changed { get; init; }

    /// <summary>What else differs, or why rows could not be compared one by one; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The columns of the primary key; none where there is no key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Some keys of rows that only the backup has, each a value a column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> BackupKeys { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<string>> DatabaseKeys { get; init; } = [];
    public IReadOnlyList<IReadOnlyList<string>> ChangedKeys { get; init; } = [];
}

/// <summary>How many large objects differ.</summary>
public sealed record LargeObjectsDifference(int OnlyInBackup, int OnlyInDatabase, int Changed)
{
    public bool IsEmpty => OnlyInBackup + OnlyInDatabase + Changed == 0;
}

/// <summary>What <c>diff</c> found. Where two backups are compared, the second stands in the place of the database.</summary>
public sealed record DifferenceReport
{
    /// <summary>Id of the backup.</summary>
    public required string Backup { get; init; }

    /// <summary>Id of the backup that it was compared with, or null where that was a database.</summary>
    public required string? OtherBackup { get; init; }
    public required string Database { get; init; }
    public required IReadOnlyList<TableDifference> Tables { get; init; }
    public required IReadOnlyList<SequenceComparison> Sequences { get; init; }

    /// <summary>Null where neither side has any.</summary>
    public required LargeObjectsDifference? LargeObjects { get; init; }

    /// <summary>Null where only some tables were compared.</summary>
    public required SchemaComparisonReport? Schema { get; init; }

    /// <summary>Materialized views: derived from the rows, so not compared.</summary>
    public required IReadOnlyList<string> NotCompared { get; init; }
    public required TimeSpan Duration { get; init; }

    /// <summary>All rows that differ, however.</summary>
    public long Rows => Tables.Sum(t => t.OnlyInBackup + t.OnlyInDatabase + (t.Changed ?? 0));

    public bool Equal =>
        Tables.All(t => t.Status == ComparisonStatus.Exact)
        && Sequences.All(s => s.Status == ComparisonStatus.Exact)
        && LargeObjects is null or { IsEmpty: true }
        && Schema is null or { Identical: true };
}
