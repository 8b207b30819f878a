using System.CommandLine;
using Surety.Cli.Output;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Migrations;

/// <summary><c>surety migrate DIR</c>, and under it what else there is to do with a folder of migrations.</summary>
internal sealed class MigrateCommand : MigratingCommand
{
    private readonly MigrationArguments options = new("The last version to run; all that are pending if left out");
    private readonly Option<string?> baseline = new("--baseline")
    {
        Description = "The database has everything up to this version already: record that, and run what comes after",
        HelpName = "VERSION",
    };

    public MigrateCommand()
        : base("migrate", "Run the pending migrations of a folder: check, backup, rehearsal, approval, run, record")
    {
        options.AddTo(this);
        Options.Add(baseline);
        // With an action of its own it is complete without a command under it; what it does is RunAsync's.
        SetAction(_ => ExitCodes.Usage);
        Subcommands.Add(new MigrateStatusCommand());
        Subcommands.Add(new MigrateDownCommand());
        Subcommands.Add(new MigrateRepairCommand());
    }

    protected override string Operation => JournalRecord.MigrateOperation;

    protected override bool IsRecorded(ParseResult arguments) => !options.IsDryRun(arguments);

    protected override Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    ) => RunAsync(options.Read(arguments, down: false, arguments.GetValue(baseline), context), opened, entry, context);
}
