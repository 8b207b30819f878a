namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What a table lost between two measurements: what one statement of several took.</summary>
internal static class LossDifference
{
    public static TableLoss Between(TableLoss earlier, TableLoss later)
    {
        var known = earlier.Columns.ToDictionary(c => c.Column);
        var columns = later
            .Columns.Select(c => known.TryGetValue(c.Column, out var before) ? Less(c, before) : c)
            .Where(c => c.Lost > 0);
        return later with { RowsLost = Math.Max(0, later.RowsLost - earlier.RowsLost), Columns = [.. columns] };
    }

    private static ColumnLoss Less(ColumnLoss later, ColumnLoss earlier) =>
        later with
        {
            Gone = Math.Max(0, later.Gone - earlier.Gone),
            Changed = Math.Max(0, later.Changed - earlier.Changed),
        };
}
