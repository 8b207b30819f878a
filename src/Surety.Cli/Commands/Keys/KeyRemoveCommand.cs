using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Keys;

internal sealed class KeyRemoveCommand : RecordedCommand
{
    private readonly Argument<string> id = new("ID") { Description = "Id of the key, or any unique prefix of it" };
    private readonly Option<bool> yes = new("--yes")
    {
        Description = "Also the key that opens the repository now",
        Arity = ArgumentArity.Zero,
    };

    public KeyRemoveCommand()
        : base("remove", "Let a passphrase or key file open the repository no more")
    {
        Arguments.Add(id);
        Options.Add(yes);
    }

    public override string UnfinishedState => "at least one key still opens the repository: see 'surety key list'";

    protected override string Operation => "key remove";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var keys = opened.Repository.Keys;
        await using var access = await opened.Repository.Locks.AcquireExclusiveAsync(Operation, context.Cancellation);
        var wanted = await keys.FindAsync(arguments.GetRequiredValue(id), context.Cancellation);
        if (wanted == keys.OpenedBy && !arguments.GetValue(yes))
        {
            // Whether another key opens it is proven only by opening it with that one.
            throw new SuretyException(
                ErrorCode.ConfirmationNeeded,
                $"key {wanted} is the one that opened the repository; nothing was changed",
                "open it with another key and remove this one then; or run it again with --yes"
            );
        }

        await keys.RemoveAsync(wanted, access, context.Cancellation);
        return KeyReport.OfRemoved(wanted);
    }
}
