using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Postgres.Snapshots;

/// <summary>How to take a snapshot.</summary>
public sealed record SnapshotOptions
{
    public SchemaFilter Schemas { get; init; } = SchemaFilter.All;

    /// <summary>How long to wait for all table locks together.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long to wait for a safe serializable snapshot before falling back to REPEATABLE READ; transactions that write
    /// under SERIALIZABLE are what one waits for.
    /// </summary>
    public TimeSpan SafeSnapshotTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The tables are locked against writers, readers go on, and the transaction that holds the locks may change what the
    /// snapshot shows: what was read stays true until it does.
    /// </summary>
    internal bool ToChange { get; init; }
}
