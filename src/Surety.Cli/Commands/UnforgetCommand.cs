using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;
using Surety.Repository.Prune;

namespace Surety.Cli.Commands;

internal sealed class UnforgetCommand : RecordedCommand
{
    private readonly Argument<string> id = new("ID")
    {
        Description = "Id of the forgotten backup, or any unique prefix of it: surety list --forgotten",
    };

    public UnforgetCommand()
        : base("unforget", "Bring a forgotten backup back") => Arguments.Add(id);

    public override string UnfinishedState => "no backup was harmed";

    protected override bool RecordsItself => true;

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        await using var access = await opened.Repository.Locks.AcquireExclusiveAsync(Name, context.Cancellation);
        var manifest = await opened.Repository.Forgotten.FindAsync(
            arguments.GetRequiredValue(id),
            context.Cancellation
        );
        entry.Concerns(manifest);
        var forgetting = new Forgetting(opened.Repository, context.Clock);
        await forgetting.BringBackAsync(manifest, access, context.Cancellation);
        return ForgetResult.BroughtBack(manifest);
    }
}
