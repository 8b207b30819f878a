using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Drill;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

internal sealed class DrillCommand : RecordedCommand
{
    private readonly Argument<string> id = new("ID")
    {
        Description = "Id of the backup, any unique prefix of it, or 'latest', which it is if left out",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => ManifestStore.Latest,
    };
    private readonly Option<string?> into = new("--into")
    {
        Description = "A server to make the copy on instead of a scratch server, and a database of it to connect to",
        HelpName = "URL",
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions load or read rows at once");

    public DrillCommand()
        : base("drill", "Prove a backup by restoring it: restore, validate, check assertions, remove the copy")
    {
        Arguments.Add(id);
        Options.Add(into);
        Options.Add(jobs);
    }

    public override string UnfinishedState => "the copy is removed, and no other database was changed";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(id), context);
        entry.Concerns(manifest);
        var options = new DrillOptions
        {
            Into = context.ServerOf(arguments.GetValue(into)),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
            Assertions = context.Settings.FindDrillAssertions(manifest.Database),
        };
        entry.Role = options.Into?.User;
        var drill = new BackupDrill(opened.Repository, context.Tools, context.Progress);
        var report = await drill.RunAsync(manifest, options, context.Cancellation);
        Record(report, entry);
        await opened.MarkAsync([report.Mark(context.Clock.GetUtcNow())], context);
        return DrillResult.Of(report);
    }

    private static void Record(DrillReport report, JournalEntry entry)
    {
        entry.Message = report.Failures is [var first, ..] ? first : null;
        entry.Measure("rows", report.Rows);
        entry.Measure("totalSeconds", report.TotalSeconds);
        if (report.RestoreSeconds is { } seconds)
        {
            entry.Measure("restoreSeconds", seconds);
        }
    }
}
