using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Listing;

namespace Surety.Cli.Commands;

internal sealed class ShowCommand : SuretyCommand
{
    private readonly Argument<string> id = BackupArgument.Create();

    public ShowCommand()
        : base("show", "Show what a backup holds") => Arguments.Add(id);

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var contents = await opened.Repository.Manifests.ReadContentsAsync(manifest, context.Cancellation);
        var marks = await opened.Repository.Marks.ListAsync(manifest.Id, context.Cancellation);
        return ShowReport.Of(ListedBackup.Of(manifest, marks), contents, marks.Damaged);
    }
}
