using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository.Statistics;

namespace Surety.Cli.Commands;

internal sealed class StatsCommand() : SuretyCommand("stats", "Show what the backups hold and what that takes")
{
    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        context.Progress.Begin("reading what the backups need");
        return StatsReport.Of(await new RepositoryStatistics(opened.Repository).RunAsync(context.Cancellation));
    }
}
