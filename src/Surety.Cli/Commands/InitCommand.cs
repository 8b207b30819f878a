using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository;

namespace Surety.Cli.Commands;

internal sealed class InitCommand()
    : SuretyCommand("init", "Make a repository in a new or empty folder, or in a bucket")
{
    public override string UnfinishedState => "no repository was made";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var store = context.Settings.FindRepository().Place.Create(context.Clock);
        var repository = await BackupRepository.InitAsync(store, context.Clock, context.Cancellation);
        return InitReport.Of(store.Location, repository.Info);
    }
}
