using Surety.Cli.Output.Reports.Migrations;
using Surety.Core.Migrations.Runs;
using Surety.Core.Rollback;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Migrations;

/// <summary>People at a terminal, or a log, while migrations run.</summary>
internal sealed class MigrationStage(MigrationOptions options, OperationContext context) : IMigrationStage
{
    public void ShowChecklist(MigrationChecklist checklist) =>
        context.Output.Say(ChecklistText.Of(checklist).TrimEnd());

    public async Task<string> ApproveAsync(MigrationChecklist checklist, CancellationToken cancellationToken)
    {
        var database = options.Target.Database;
        if (!context.Output.CanAsk)
        {
            throw new SuretyException(
                ErrorCode.ConfirmationNeeded,
                $"this is of {ChecklistText.Word(checklist.Risk)} risk for database {database}, and nobody agreed: "
                    + $"{ChecklistText.Worst(checklist)}; nothing was changed",
                "on a terminal you are asked; without one, who agreed is named: --allow "
                    + $"{ChecklistText.Word(checklist.Risk)} --approved-by NAME"
            );
        }

        await Confirmation.RequireAsync("", "", database, context);
        return options.ApprovedBy ?? OperationOrigin.ThisProcess(command: null).User ?? "somebody at the terminal";
    }

    public void ShowApplied(AppliedMigration migration) =>
        context.Output.Say(
            $"{(options.Down ? "took back" : "ran")} {migration.Migration.File} in {Units.Duration(migration.Duration)}"
        );

    public void ShowRetry(StatementFailure failure, int attempt, TimeSpan wait) =>
        context.Output.Say(
            $"{failure.File}: {failure.Reason}; nothing of it is in effect; attempt {attempt + 1} of {options.Attempts} in "
                + Units.Duration(wait)
        );

    public PlanApproval Approval(bool ask) => RollbackApproval.Of(yes: !ask, context);
}
