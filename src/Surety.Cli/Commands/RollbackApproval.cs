using Surety.Cli.Output.Reports;
using Surety.Core.Rollback;

namespace Surety.Cli.Commands;

/// <summary>Shows the plan of a rollback, and asks unless it was agreed to before.</summary>
internal static class RollbackApproval
{
    /// <summary>Without a terminal the plan is told too, so that leaving <c>--yes</c> out shows what it would do.</summary>
    /// <param name="preface">What people have to read before the plan; lines, the last ending with a newline.</param>
    public static PlanApproval Of(bool yes, OperationContext context, string preface = "") =>
        new(
            async (plan, _) =>
            {
                var text = preface + RollbackPlanText.Of(plan);
                if (yes || !context.Output.CanAsk)
                {
                    context.Output.Say(text.TrimEnd());
                }

                if (!yes)
                {
                    var consequence = $"a rollback would replace the contents of database {plan.Database}";
                    await Confirmation.RequireAsync(text, consequence, plan.Database, context);
                }
            },
            WaitsForPerson: !yes && context.Output.CanAsk
        );
}
