using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Marks;

namespace Surety.Cli.Commands;

/// <summary><c>pin</c> and <c>unpin</c>: a backup that no rule and no slip forgets, and one that may be forgotten again.</summary>
internal sealed class PinCommand : RecordedCommand
{
    private readonly bool pins;
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<string?> reason = new("--reason") { Description = "Why it stays", HelpName = "TEXT" };

    private PinCommand(string name, string description, bool pins)
        : base(name, description)
    {
        this.pins = pins;
        Arguments.Add(id);
        if (pins)
        {
            Options.Add(reason);
        }
    }

    public static PinCommand Pin() => new("pin", "Keep a backup whatever the retention says", pins: true);

    public static PinCommand Unpin() => new("unpin", "Take the pin of a backup off again", pins: false);

    public override string UnfinishedState => "nothing was changed";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        entry.Concerns(manifest);
        var mark = new BackupMark
        {
            Backup = manifest.Id,
            Kind = BackupMark.Pinned,
            At = context.Clock.GetUtcNow(),
            Passed = pins,
            Reason = pins ? arguments.GetValue(reason) : null,
        };
        // Under the lock, so that no prune is at it: a pin that came too late must not look as if it were in time.
        return await opened.Repository.Locks.HoldSharedAsync(
            Name,
            async (_, token) =>
            {
                if (!await opened.Repository.Manifests.ContainsAsync(manifest.Id, token))
                {
                    throw new SuretyException(
                        ErrorCode.BackupNotFound,
                        $"backup {manifest.Id} has just been forgotten; nothing was changed",
                        $"bring it back: surety unforget {manifest.Id}"
                    );
                }

                await opened.Repository.Marks.SetAsync([mark], token);
                return PinResult.Of(manifest, mark);
            },
            context.Cancellation
        );
    }
}
