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
    private readonly Option<TimeSpan?> olderThan = DurationOption.CreateOfAges(
        "--older-than",
        "Read only what was not read within that time, or never: 7d, 90d"
    );
    private readonly Option<DataSubset?> subset = DataSubsetOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many objects to read at once");

    public VerifyCommand()
        : base("verify", "Read the repository's own bytes and check every one")
    {
        Arguments.Add(id);
        Options.Add(all);
        Options.Add(olderThan);
        Options.Add(subset);
        Options.Add(jobs);
        Validators.Add(command =>
        {
            if (command.GetValue(all) && command.GetValue(id) is not null)
            {
                command.AddError("verify takes an ID or --all, not both");
            }

            var isLimited = command.GetResult(olderThan) is not null || command.GetResult(subset) is not null;
            if (isLimited && command.GetValue(id) is not null)
            {
                command.AddError("--older-than and --read-data-subset are of all backups, not of one ID");
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
        var limits = new VerifyLimits
        {
            OlderThan = arguments.GetValue(olderThan),
            Subset = arguments.GetValue(subset),
        };
        var report = await new RepositoryVerification(opened.Repository) { Limits = limits }.RunAsync(
            only is null ? null : [only],
            (_, bytes) => context.Progress.Add(0, bytes),
            arguments.GetValue(jobs) ?? JobsOption.Standard,
            context.Cancellation
        );
        entry.Measure("objectsChecked", report.ObjectsChecked);
        entry.Measure("bytesRead", report.BytesRead);
        entry.Measure("bytesSkipped", report.Unread.Bytes);
        entry.Message = report.Damaged is [var first, ..] ? first.Fact : null;
        if (!limits.IsNone && !report.IsProgressKept)
        {
            context.Output.Warn("what was read could not be kept: the next verification cannot go on from here");
        }

        var now = context.Clock.GetUtcNow();
        var before = limits.IsNone ? null : await opened.Repository.Marks.ListAsync(context.Cancellation);
        await opened.MarkAsync(report.Marks(now, before), context);
        return VerificationReport.Of(report, opened.Repository.Store.Location, now);
    }
}
