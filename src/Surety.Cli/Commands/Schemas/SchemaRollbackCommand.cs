using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Migrations.History;
using Surety.Core.Rollback;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Schemas;

/// <summary>
/// A rollback of a database whose schema changed: rows are taken back with it, which is told before anything is asked.
/// </summary>
internal sealed class SchemaRollbackCommand : RecordedCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<RollbackStrategy?> strategy = StrategyOption.Create();
    private readonly Option<bool> yes = YesOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read or load rows at once");

    public SchemaRollbackCommand()
        : base("rollback", "Take the schema back to that of a backup, and the rows with it")
    {
        Arguments.Add(id);
        Options.Add(strategy);
        Options.Add(yes);
        Options.Add(jobs);
    }

    public override string UnfinishedState => "the database is as it was";

    protected override string Operation => JournalRecord.SchemaRollbackOperation;

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var options = OptionsOf(arguments, context);
        entry.Concerns(manifest);
        entry.WorksOn(options.Target);
        var loss = await SchemaRollbackLoss.FindAsync(
            opened.Repository,
            context.Tools,
            context.Clock,
            context.Progress,
            manifest,
            options.Target,
            options.Jobs,
            context.Cancellation
        );
        if (loss.Difference.Schema is { Identical: true })
        {
            return SchemaRollbackResult.Of(manifest, loss, report: null);
        }

        var rollback = new DatabaseRollback(opened.Repository, context.Tools, context.Clock, context.Progress);
        var approval = RollbackApproval.Of(arguments.GetValue(yes), context, SchemaRollbackResult.Losses(loss));
        var report = await rollback.RunAsync(manifest, options, approval, context.Cancellation);
        entry.RolledBack(report);
        return SchemaRollbackResult.Of(manifest, loss, report);
    }

    private RollbackOptions OptionsOf(ParseResult arguments, OperationContext context)
    {
        var wanted = arguments.GetValue(strategy);
        return wanted == RollbackStrategy.Rewind
            ? throw new SuretyException(
                ErrorCode.InvalidArgument,
                "a rewind changes rows and no definitions; nothing was done",
                "use --strategy swap or --strategy replace, or let Surety choose"
            )
            : new RollbackOptions
            {
                Target = context.FindTarget(),
                Strategy = wanted,
                Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
            };
    }
}
