using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Cli.Output.Reports.Migrations;
using Surety.Core.Migrations.Runs;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Migrations;

/// <summary>A command that runs migrations, or takes them back.</summary>
internal abstract class MigratingCommand(string name, string description) : RecordedCommand(name, description)
{
    public override string UnfinishedState => "what is in effect is recorded: surety migrate status";

    protected async Task<CommandResult> RunAsync(
        MigrationOptions options,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        entry.WorksOn(options.Target);
        var run = new MigrationRun(opened.Repository, context.Tools, context.Clock, context.Progress);
        var stage = new MigrationStage(options, context);
        var report = await run.RunAsync(options, stage, context.Patience, context.Cancellation);
        Record(report, entry);
        if (report.RollbackFailure is { } failure)
        {
            context.Output.Warn($"what was committed was not taken back: {GuardResult.ErrorOf(failure).Message}");
        }

        return MigrateResult.Of(report, UnfinishedState, context.Stopping);
    }

    private static void Record(MigrationReport report, JournalEntry entry)
    {
        entry.Backup = report.Backup?.Id;
        entry.SafetyBackup = report.Rollback?.SafetyBackup;
        entry.ApprovedBy = report.ApprovedBy;
        entry.Measure("migrations", report.Applied.Count);
        entry.Measure("statements", report.Committed);
        if (report.Failure is SuretyException failure)
        {
            entry.Error = ErrorNames.NameOf(failure.Code);
            entry.Message = failure.Message;
        }

        if (report.Rollback is not null)
        {
            entry.Outcome = JournalRecord.RolledBack;
        }
    }
}
