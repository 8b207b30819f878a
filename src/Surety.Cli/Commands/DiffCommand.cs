using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Compare;

namespace Surety.Cli.Commands;

internal sealed class DiffCommand : SuretyCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Argument<string?> other = new("ID2")
    {
        Description = "The backup to compare it with; the database of --db if left out",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string[]> tables = new("--table")
    {
        Description = "Compare the rows of this table only; may be repeated",
        HelpName = "TABLE",
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read rows at once");

    public DiffCommand()
        : base("diff", "Show in which rows and definitions a backup differs from a database, or from another backup")
    {
        Arguments.Add(id);
        Arguments.Add(other);
        Options.Add(tables);
        Options.Add(jobs);
    }

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var difference = new BackupDifference(opened.Repository, context.Tools, context.Clock, context.Progress);
        var options = new DifferenceOptions
        {
            Tables = arguments.GetValue(tables) ?? [],
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
        return DiffReport.Of(
            arguments.GetValue(other) is { } second
                ? await difference.WithBackupAsync(
                    manifest,
                    await opened.FindBackupAsync(second, context),
                    options,
                    context.Cancellation
                )
                : await difference.WithDatabaseAsync(manifest, context.FindTarget(), options, context.Cancellation)
        );
    }
}
