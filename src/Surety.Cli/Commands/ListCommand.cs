using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Listing;

namespace Surety.Cli.Commands;

internal sealed class ListCommand : SuretyCommand
{
    private readonly Option<bool> forgotten = new("--forgotten")
    {
        Description = "List the forgotten backups that can still be brought back",
        Arity = ArgumentArity.Zero,
    };

    public ListCommand()
        : base("list", "List the backups of the repository, newest first") => Options.Add(forgotten);

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifests = await opened.Repository.Manifests.ListAsync(context.Cancellation);
        var marks = await opened.Repository.Marks.ListAsync(context.Cancellation);
        var gone = await opened.Repository.Forgotten.ListAsync(context.Cancellation);
        return ListReport.Of(
            manifests.Select(manifest => ListedBackup.Of(manifest, marks)),
            manifests.Damaged,
            marks.Damaged,
            gone,
            arguments.GetValue(forgotten)
        );
    }
}
