using Surety.Core.Postgres;

namespace Surety.Core.Restore;

/// <summary>Which tables of a backup are brought back, and where.</summary>
public sealed record TableRestoreOptions
{
    /// <summary>An existing database.</summary>
    public required ConnectionTarget Target { get; init; }

    /// <summary>Names as people write them: <c>orders</c>, <c>sales.orders</c>, <c>"Sales"."Orders"</c>.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>
    /// A table that exists gets exactly the rows of the backup. Otherwise it is left alone, and the backup's rows are put
    /// into a new table beside it.
    /// </summary>
    public bool Replace { get; init; }

    /// <summary>Created tables belong to the restoring role, without grants.</summary>
    public bool NoOwner { get; init; }
}

/// <summary>What happened to one table.</summary>
/// <param name="Name">The table of the backup.</param>
/// <param name="RestoredAs">The table that holds its rows now.</param>
/// <param name="Outcome"><c>created</c>, <c>beside</c> or <c>replaced</c>.</param>
/// <param name="RowsBefore">For a replaced table: how many rows it had.</param>
public sealed record RestoredTable(string Name, string RestoredAs, string Outcome, long Rows, long? RowsBefore);

/// <summary>What a restore of tables did.</summary>
public sealed record TableRestoreReport(string Database, IReadOnlyList<RestoredTable> Tables, double DurationSeconds);
