using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Repository;
using Surety.Repository.Storage.Local;

namespace Surety.Cli.Commands;

internal sealed class InitCommand() : SuretyCommand("init", "Make a repository in a new or empty folder")
{
    public override string UnfinishedState => "no repository was made";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var store = LocalBlobStore.Create(context.Settings.FindRepository().Path, context.Clock);
        var repository = await BackupRepository.InitAsync(store, context.Clock, context.Cancellation);
        return InitReport.Of(store.Location, repository.Info);
    }
}
