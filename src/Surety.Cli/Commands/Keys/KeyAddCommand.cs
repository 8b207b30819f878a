using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands.Keys;

internal sealed class KeyAddCommand : RecordedCommand
{
    private readonly NewKeyOptions newKey = new();

    public KeyAddCommand()
        : base("add", "Let another passphrase or key file open the repository too") => newKey.AddTo(this);

    public override string UnfinishedState => "the keys that were there still open the repository";

    protected override string Operation => "key add";

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
        return KeyReport.OfAdded(await keys.AddAsync(key, context.Cancellation));
    }
}
