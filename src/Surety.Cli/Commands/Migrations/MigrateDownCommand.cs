using System.CommandLine;
using Surety.Cli.Output;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Migrations;

internal sealed class MigrateDownCommand : MigratingCommand
{
    private readonly MigrationArguments options = new(
        "The last version that stays; only the newest is taken back if left out"
    );

    public MigrateDownCommand()
        : base("down", "Take migrations back by their down files, with the same care") => options.AddTo(this);

    protected override string Operation => JournalRecord.MigrateDownOperation;

    protected override bool IsRecorded(ParseResult arguments) => !options.IsDryRun(arguments);

    protected override Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    ) => RunAsync(options.Read(arguments, down: true, baseline: null, context), opened, entry, context);
}
