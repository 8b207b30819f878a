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
        Append(text, "rows", plan.Tables.Select(Rows));
        Append(text, "steps", plan.Steps.Select((step, i) => $"{i + 1}. {step}"));
        Append(text, "locks", plan.Locks);
        if (plan.EstimatedSeconds is { } seconds)
        {
            text.Append($"  takes about {Units.Duration(TimeSpan.FromSeconds(seconds))}\n");
        }

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

    private static string Rows(PlannedRows table) =>
        (table.RowsToDelete, table.RowsToInsert) switch
        {
            ({ } gone, { } back) =>
                $"{table.Name}: {Units.Count(gone, "row")} to delete, {Units.Count(back)} to insert",
            (null, { } back) => $"{table.Name}: whatever it holds becomes the {Units.Count(back, "row")} of the backup",
            ({ } gone, null) => $"{table.Name}: {Units.Count(gone, "row")} to delete",
            _ => table.Name,
        };
}
