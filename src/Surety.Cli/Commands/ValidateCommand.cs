using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Compare;

namespace Surety.Cli.Commands;

internal sealed class ValidateCommand : SuretyCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read rows at once");

    public ValidateCommand()
        : base("validate", "Compare a database with a backup, exactly")
    {
        Arguments.Add(id);
        Options.Add(jobs);
    }

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var validation = new DatabaseValidation(opened.Repository, context.Tools, context.Progress);
        var report = await validation.RunAsync(
            manifest,
            context.FindTarget(),
            arguments.GetValue(jobs) ?? JobsOption.Standard,
            context.Cancellation
        );
        return ValidateReport.Of(report);
    }
}
