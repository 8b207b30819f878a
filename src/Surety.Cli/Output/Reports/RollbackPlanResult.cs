using Surety.Core.Rollback;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety rollback --dry-run</c> tells: the plan, and whether it could be carried out.</summary>
internal static class RollbackPlanResult
{
    public static CommandResult Of(RollbackPlan plan, RollbackOptions options)
    {
        var refusal = plan.Refusal is { } reason ? Failure.Of(reason) : null;
        return CommandResult.Of(
            RollbackPlanDocument.Of(plan, options.SafetyBackup),
            Documents.Json.RollbackPlanDocument,
            RollbackPlanText.Of(plan),
            refusal?.ExitCode ?? ExitCodes.Done,
            failure: refusal
        );
    }
}

/// <summary>What <c>rollback --dry-run --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record RollbackPlanDocument(
    bool DryRun,
    string Backup,
    string Database,
    string Strategy,
    string Why,
    bool MakesSafetyBackup,
    IReadOnlyList<PlannedRows> Tables,
    IReadOnlyList<PlannedDefinition> SchemaChanges,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> Locks,
    double? EstimatedSeconds,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Refusals,
    string? RefusalHint
)
{
    public static RollbackPlanDocument Of(RollbackPlan plan, bool makesSafetyBackup) =>
        new(
            DryRun: true,
            $"{plan.Backup}",
            plan.Database,
            RollbackResult.Word(plan.Strategy),
            plan.Why,
            makesSafetyBackup,
            plan.Tables,
            [
                .. plan.SchemaChanges.Select(d => new PlannedDefinition(
                    d.Definition,
                    d.Change.ToString().ToLowerInvariant()
                )),
            ],
            plan.Steps,
            plan.Locks,
            plan.EstimatedSeconds is { } seconds ? Math.Round(seconds, 1) : null,
            plan.Warnings,
            plan.Refusals,
            plan.Refusals.Count == 0 ? null : plan.RefusalHint
        );
}

/// <param name="Change">What the database's has against the backup's: <c>missing</c>, <c>extra</c> or <c>changed</c>.</param>
internal sealed record PlannedDefinition(string Definition, string Change);
