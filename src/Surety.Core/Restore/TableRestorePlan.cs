namespace Surety.Core.Restore;

/// <summary>What would happen to one table.</summary>
/// <param name="Name">The table of the backup.</param>
/// <param name="Outcome"><c>created</c>, <c>beside</c> or <c>replaced</c>.</param>
/// <param name="RowsNow">For a table that would be replaced: how many rows it has.</param>
/// <param name="RowsInBackup">How many it would have.</param>
public sealed record PlannedTable(string Name, string Outcome, long? RowsNow, long RowsInBackup);

/// <summary>What a restore of tables would do. Making it changes nothing.</summary>
public sealed record TableRestorePlan(string Database, IReadOnlyList<PlannedTable> Tables)
{
    /// <summary>The tables whose present rows would be gone.</summary>
    public IEnumerable<PlannedTable> Replaced => Tables.Where(t => t.RowsNow is not null);
}
