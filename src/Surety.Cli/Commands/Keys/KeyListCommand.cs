using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;

namespace Surety.Cli.Commands.Keys;

internal sealed class KeyListCommand() : SuretyCommand("list", "List the keys that open the repository")
{
    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        return KeyReport.Of(await opened.Repository.Keys.ListAsync(context.Cancellation));
    }
}
