using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports.Migrations;
using Surety.Core.Migrations.Runs;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Migrations;

/// <summary>Corrects the table of what ran, by what somebody found out; it runs nothing.</summary>
internal sealed class MigrateRepairCommand : RecordedCommand
{
    private readonly Argument<string> folder = MigrationArguments.Folder();
    private readonly Argument<string> version = new("VERSION")
    {
        Description = "Which migration; of a repeatable one its name",
    };
    private readonly Option<bool> done = FlagOption.Create(
        "--done",
        "It was interrupted, and is in effect as a whole now"
    );
    private readonly Option<bool> notDone = FlagOption.Create(
        "--not-done",
        "It was interrupted, and nothing of it is in effect: it runs again"
    );
    private readonly Option<bool> acceptFile = FlagOption.Create(
        "--accept-file",
        "It ran, and its file as it is now means the same"
    );

    public MigrateRepairCommand()
        : base("repair", "Say what is true of a migration that was interrupted, or whose file was changed")
    {
        Arguments.Add(folder);
        Arguments.Add(version);
        Option<bool>[] choices = [done, notDone, acceptFile];
        foreach (var choice in choices)
        {
            Options.Add(choice);
        }

        Validators.Add(parsed =>
        {
            if (choices.Count(parsed.GetValue) != 1)
            {
                parsed.AddError("say one of --done, --not-done and --accept-file");
            }
        });
    }

    public override string UnfinishedState => "the table of what ran is as it was";

    protected override string Operation => "migrate repair";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var named = arguments.GetRequiredValue(folder);
        var target = context.FindTarget();
        entry.WorksOn(target);
        var truth =
            arguments.GetValue(done) ? MigrationTruth.Done
            : arguments.GetValue(notDone) ? MigrationTruth.NotDone
            : MigrationTruth.FileAccepted;
        var wanted = arguments.GetRequiredValue(version);
        var repair = new MigrationRepair(target, context.Clock, context.Patience);
        var title = await repair.RunAsync(
            Path.GetFullPath(named, context.WorkingDirectory),
            named,
            wanted,
            truth,
            context.Cancellation
        );
        return MigrationRepairResult.Of(title, truth);
    }
}
