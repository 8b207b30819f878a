using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Migrations.History;

namespace Surety.Cli.Commands.Schemas;

internal sealed class SchemaDiffCommand : SuretyCommand
{
    private readonly Argument<string> id = BackupArgument.Create();
    private readonly Argument<string?> other = new("ID2")
    {
        Description = "The backup to compare it with; the database of --db if left out",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public SchemaDiffCommand()
        : base("diff", "Show in which definitions a backup differs from a database, or from another backup")
    {
        Arguments.Add(id);
        Arguments.Add(other);
    }

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        var diff = new SchemaDiff(opened.Repository, context.Tools, context.Progress);
        if (arguments.GetValue(other) is { } second)
        {
            var later = await opened.FindBackupAsync(second, context);
            var between = await diff.WithBackupAsync(manifest, later, context.Cancellation);
            return SchemaDiffResult.Of(manifest, later, later.Database, between);
        }

        var target = context.FindTarget();
        var now = await diff.WithDatabaseAsync(manifest, target, context.Cancellation);
        return SchemaDiffResult.Of(manifest, null, target.Database, now);
    }
}
