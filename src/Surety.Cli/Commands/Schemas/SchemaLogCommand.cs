using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Migrations.History;

namespace Surety.Cli.Commands.Schemas;

internal sealed class SchemaLogCommand : SuretyCommand
{
    private readonly Option<Since?> since = SinceOption.Create();

    public SchemaLogCommand()
        : base("log", "List every change of the schema that backups saw, newest first")
    {
        since.Description = "What changed since then: 7d, 2h, 2026-11-20, or 2026-11-20T17:14:49Z";
        Options.Add(since);
    }

    public override string UnfinishedState => "nothing was changed";

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenedRepository.OpenAsync(context);
        var from = arguments.GetValue(since)?.Before(context.Clock.GetUtcNow()) ?? DateTimeOffset.MinValue;
        var log = new SchemaLog(opened.Repository, context.Progress);
        return SchemaLogResult.Of(
            await log.ReadAsync(OpenedRepository.DatabaseOfSettings(context), from, context.Cancellation)
        );
    }
}
