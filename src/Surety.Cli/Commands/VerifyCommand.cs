using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;
using Surety.Repository.Verify;

namespace Surety.Cli.Commands;

internal sealed class VerifyCommand : RecordedCommand
{
    private readonly Argument<string?> id = new("ID")
    {
        Description = "Id of the backup to check, any unique prefix of it, or 'latest'; all backups if left out",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> all = new("--all") { Description = "Check all backups", Arity = ArgumentArity.Zero };
    private readonly Option<int?> jobs = JobsOption.Create("How many objects to read at once");

    public VerifyCommand()
        : base("verify", "Read the repository's own bytes and check every one")
    {
        Arguments.Add(id);
        Options.Add(all);
        Options.Add(jobs);
        Validators.Add(command =>
        {
            if (command.GetValue(all) && command.GetValue(id) is not null)
            {
                command.AddError("verify takes an ID or --all, not both");
            }
        });
    }

    public override string UnfinishedState => "nothing was changed";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var only = arguments.GetValue(id) is { } wanted ? await opened.FindBackupAsync(wanted, context) : null;
        if (only is not null)
        {
            entry.Concerns(only);
        }

        context.Progress.Begin("verifying objects");
        var report = await new RepositoryVerification(opened.Repository).RunAsync(
            only is null ? null : [only],
            (_, bytes) => context.Progress.Add(0, bytes),
            arguments.GetValue(jobs) ?? JobsOption.Standard,
            context.Cancellation
        );
        entry.Measure("objectsChecked", report.ObjectsChecked);
        entry.Measure("bytesRead", report.BytesRead);
        entry.Message = report.Damaged is [var first, ..] ? first.Fact : null;
        await opened.MarkAsync(report.Marks(context.Clock.GetUtcNow()), context);
        return VerificationReport.Of(report);
    }
}
