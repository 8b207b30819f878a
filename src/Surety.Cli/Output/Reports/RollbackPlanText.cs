using System.Text;
using Surety.Core.Rollback;

namespace Surety.Cli.Output.Reports;

/// <summary>The plan of a rollback, as people read it before they agree.</summary>
internal static class RollbackPlanText
{
    // More would push what matters off the screen; the rest is counted.
    private const int Most = 20;

    public static string Of(RollbackPlan plan)
    {
        var text = new StringBuilder($"database {plan.Database} becomes backup {plan.Backup} again\n");
        text.Append($"  strategy: {RollbackResult.Word(plan.Strategy)}, since {plan.Why}\n");
        Append(
            text,
            "schema",
            plan.SchemaChanges.Select(d => $"{d.Definition} ({d.Change.ToString().ToLowerInvariant()})")
        );
        Append(text, "rows", Rows(plan.Tables));
        Append(text, "steps", plan.Steps.Select((step, i) => $"{i + 1}. {step}"));
        Append(text, "locks", plan.Locks);
        if (plan.EstimatedSeconds is { } seconds)
        {
            text.Append($"  takes about {Units.Duration(TimeSpan.FromSeconds(seconds))}\n");
        }

        Append(text, "refused", plan.Refusals);
        foreach (var warning in plan.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0)
        {
            return;
        }

        text.Append($"  {title}:\n");
        foreach (var line in all.Take(Most))
        {
            text.Append($"    {line}\n");
        }

        if (all.Count > Most)
        {
            text.Append($"    and {Units.Count(all.Count - Most)} more\n");
        }
    }

    /// <summary>A line for each table of which more is known than that it is replaced; the others are one line.</summary>
    private static IEnumerable<string> Rows(IReadOnlyList<PlannedRows> tables)
    {
        var replaced = tables.Where(t => t.RowsToDelete is null).ToList();
        foreach (var table in tables.Except(replaced))
        {
            yield return $"{table.Name}: {Units.Count(table.RowsToDelete ?? 0, "row")} to delete, "
                + $"{Units.Count(table.RowsToInsert ?? 0)} to insert";
        }

        if (replaced.Count > 0)
        {
            yield return $"{Units.Count(replaced.Count, "table")}: whatever they hold now becomes the "
                + $"{Units.Count(replaced.Sum(t => t.RowsToInsert ?? 0), "row")} of the backup";
        }
    }
}
