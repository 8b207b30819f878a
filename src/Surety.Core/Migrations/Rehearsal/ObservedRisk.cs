using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What was seen of a statement, as a risk with its reasons. What a statement might have done is the business of <c>check</c>.</summary>
internal static class ObservedRisk
{
    public static (RiskLevel Risk, IReadOnlyList<string> Reasons) Of(StatementEffects effects, bool writesRows)
    {
        var findings = Findings(effects, writesRows).OrderByDescending(f => f.Risk).ToList();
        return (findings is [var first, ..] ? first.Risk : RiskLevel.None, [.. findings.Select(f => f.Reason)]);
    }

    private static IEnumerable<(RiskLevel Risk, string Reason)> Findings(StatementEffects effects, bool writesRows) =>
        [
            .. effects.Dropped.Select(o => (OfDropped(o), $"{o} dropped{(o.IsNamed ? "" : " along with it")}")),
            .. effects.Losses.Select(l => (OfLoss(l, writesRows), Describe(l))),
            .. effects.Altered.Select(o => (OfAltered(o), $"{o}: {string.Join(", ", o.Changes)}")),
            .. effects.Rewritten.Select(t => (RiskLevel.Low, $"{t} written anew")),
            .. effects
                .IndexesBuilt.Where(i => effects.ScannedWhileBlocking.Contains(i.Table))
                .Select(i => (RiskLevel.Low, $"{i.Name} built while writers of {i.Table} waited")),
            .. effects
                .ScannedWhileBlocking.Except(effects.IndexesBuilt.Select(i => i.Table))
                .Except(effects.Rewritten)
                .Select(t => (RiskLevel.Low, $"{t} read through while its writers waited")),
        ];

    /// <summary>One line for people.</summary>
    public static string Describe(TableLoss loss)
    {
        var parts = loss.Columns.Select(c =>
            $"{c.Column}: "
            + string.Join(
                " and ",
                new[] { (c.Gone, "gone"), (c.Changed, "changed") }
                    .Where(p => p.Item1 > 0)
                    .Select(p => $"{p.Item1} values {p.Item2}")
            )
        );
        var rows = loss.RowsLost > 0 ? [$"{loss.RowsLost} of {loss.RowsBefore} rows lost"] : Array.Empty<string>();
        return $"{loss.Table}: {string.Join("; ", rows.Concat(parts))}";
    }

    // Whether or not it held rows in the backup: an empty table of today has some tomorrow.
    private static RiskLevel OfDropped(DroppedObject gone) =>
        gone.IsNew ? RiskLevel.None
        : gone.Kind is "table" or "column" or "sequence" or "foreign table" or "schema" ? RiskLevel.High
        : RiskLevel.Medium;

    /// <summary>
    /// UPDATE and DELETE take what they name, which a backup brings back; one that leaves nothing of a table, and everything
    /// that is not said to take rows or values, destroys them.
    /// </summary>
    private static RiskLevel OfLoss(TableLoss loss, bool writesRows) =>
        writesRows && loss.RowsLost < loss.RowsBefore ? RiskLevel.Medium : RiskLevel.High;

    private static RiskLevel OfAltered(AlteredObject altered) => altered.Changes.Max(c => OfChange(altered.Kind, c));

    private static RiskLevel OfChange(string kind, string change) =>
        change switch
        {
            // Hardly a statement of an application names one.
            _ when kind is "index" or "primary key" or "unique constraint" or "foreign key" or "check constraint"
                    && change.StartsWith("renamed", StringComparison.Ordinal) => RiskLevel.Low,
            "not null" or "validated" or "valid" or "default set" => RiskLevel.None,
            "row security" or "forced row security" => RiskLevel.None,
            // The rows that are there keep their values.
            "default changed" => RiskLevel.Low,
            _ => RiskLevel.Medium,
        };
}
