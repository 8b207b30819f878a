using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Rollback;

/// <summary>How a database is made equal to a backup. <c>StrategyChoice</c> says which fits when.</summary>
public enum RollbackStrategy
{
    /// <summary>Where the schema is the same: the rows that differ are taken out and put back, in one transaction.</summary>
    Rewind,

    /// <summary>A copy is restored beside the database, proven, and takes its name.</summary>
    Swap,

    /// <summary>Everything in the database is dropped and restored within one transaction.</summary>
    Replace,
}

/// <summary>How a strategy that changes rows in place proves the outcome before it commits.</summary>
public enum RollbackProof
{
    /// <summary>By the receipts of the locked tables, less the rows really deleted, plus those really inserted.</summary>
    Sums,

    /// <summary>By reading every touched table again.</summary>
    Reread,
}

/// <summary>What is rolled back, and how.</summary>
public sealed record RollbackOptions
{
    /// <summary>The database to change.</summary>
    public required ConnectionTarget Target { get; init; }

    /// <summary>Null: Surety chooses, and says why.</summary>
    public RollbackStrategy? Strategy { get; init; }

    /// <summary>Only these tables, named as people write them: <c>orders</c>, <c>"Sales"."Orders"</c>; none: all.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Only the objects of these schemas.</summary>
    public SchemaFilter Schemas { get; init; } = SchemaFilter.All;
    public RollbackProof Proof { get; init; } = RollbackProof.Sums;

    /// <summary>Whether the present state is backed up first, so that the rollback can itself be rolled back.</summary>
    public bool SafetyBackup { get; init; } = true;

    /// <summary>With <see cref="Tables"/>: rows may refer to rows that do not exist afterwards.</summary>
    public bool AllowDangling { get; init; }

    /// <summary>Replication slots and subscriptions may stay with the database that a swap puts aside.</summary>
    public bool LeaveReplication { get; init; }

    /// <summary>Number of sessions that read or load rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    internal bool IsLimited => Tables.Count > 0 || !Schemas.IsAll;
}
