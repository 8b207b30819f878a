using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Keys;

internal sealed class KeyChangeCommand : RecordedCommand
{
    private readonly NewKeyOptions newKey = new();

    public KeyChangeCommand()
        : base("change", "Put another passphrase or key file in the place of the one that opens the repository now") =>
        newKey.AddTo(this);

    public override string UnfinishedState =>
        "the key still opens the repository; the new one may do so too: see 'surety key list'";

    protected override string Operation => "key change";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var keys = opened.Repository.Keys;
        keys.RequireEncrypted();
        var key = await newKey.ReadAsync(arguments, context.Settings.FindNewKey(), KeyCommand.WhereElse, context);
        using var secret = key.Secret;
        await using var access = await opened.Repository.Locks.AcquireExclusiveAsync(Operation, context.Cancellation);

        // In this order: killed in between, both open it.
        var added = await keys.AddAsync(key, context.Cancellation);
        await keys.RemoveAsync(keys.OpenedBy!, access, context.Cancellation);
        return KeyReport.OfChanged(added, keys.OpenedBy!);
    }
}
