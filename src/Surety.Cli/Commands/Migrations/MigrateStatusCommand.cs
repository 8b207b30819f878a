using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports.Migrations;
using Surety.Core.Migrations.Runs;

namespace Surety.Cli.Commands.Migrations;

internal sealed class MigrateStatusCommand : SuretyCommand
{
    private readonly Argument<string> folder = MigrationArguments.Folder();

    public MigrateStatusCommand()
        : base("status", "Show which migrations ran, which are pending, and what does not fit together") =>
        Arguments.Add(folder);

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var named = arguments.GetRequiredValue(folder);
        var status = await MigrationStatus.ReadAsync(
            Path.GetFullPath(named, context.WorkingDirectory),
            named,
            context.FindTarget(),
            context.Cancellation
        );
        return MigrationStatusResult.Of(status);
    }
}
