using System.CommandLine;
using Surety.Cli.Output.Reports;
using Surety.Core.Migrations.Rehearsal;
using Surety.Core.Migrations.Rules;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using CommandResult = Surety.Cli.Output.CommandResult;

namespace Surety.Cli.Commands;

internal sealed class RehearseCommand : RecordedCommand
{
    private readonly Argument<string[]> paths = new("FILE|DIR")
    {
        Description = "SQL files, and folders of migrations; they run in this order",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> backup = new("--backup")
    {
        Description = "The backup to make the copy from",
        HelpName = "ID",
        DefaultValueFactory = _ => ManifestStore.Latest,
    };
    private readonly Option<bool> schemaOnly = FlagOption.Create(
        "--schema-only",
        "Definitions without rows: faster, and no loss is seen"
    );
    private readonly Option<string?> scratch = new("--scratch")
    {
        Description = "A server to make the copy on instead of a scratch server, and a database of it to connect to",
        HelpName = "URL",
    };
    private readonly Option<string?> role = new("--role")
    {
        Description = "Who runs the migration, instead of the owner of the database",
        HelpName = "ROLE",
    };
    private readonly Option<bool> showValues = FlagOption.Create(
        "--show-values",
        "Show values of rows, not their keys alone"
    );
    private readonly Option<bool> noDown = FlagOption.Create("--no-down", "Leave down migrations alone");
    private readonly Option<string?> failOn = FailOnOption.Create();
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions load or read rows at once");

    public RehearseCommand()
        : base("rehearse", "Run migrations on a copy of the database, and tell what they really did")
    {
        Arguments.Add(paths);
        foreach (var option in new Option[] { backup, schemaOnly, scratch, role, showValues, noDown, failOn, jobs })
        {
            Options.Add(option);
        }
    }

    public override string UnfinishedState => "the copy is removed, and no other database was changed";

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var manifest = await opened.FindBackupAsync(arguments.GetRequiredValue(backup), context);
        entry.Concerns(manifest);
        var options = new RehearsalOptions
        {
            Paths = arguments.GetRequiredValue(paths),
            WorkingDirectory = context.WorkingDirectory,
            SchemaOnly = arguments.GetValue(schemaOnly),
            Scratch = context.ServerOf(arguments.GetValue(scratch)),
            Role = arguments.GetValue(role),
            ShowValues = arguments.GetValue(showValues),
            Ignored = context.Settings.FindCheck().Ignored,
            Down = !arguments.GetValue(noDown),
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
        var rehearsal = new MigrationRehearsal(opened.Repository, context.Tools, context.Progress);
        var report = await rehearsal.RunAsync(manifest, options, context.Cancellation);
        Record(report, entry);
        var limit = FailOnOption.LimitOf(failOn, arguments);
        return RehearsalResult.Of(report, limit);
    }

    private static void Record(RehearsalReport report, JournalEntry entry)
    {
        entry.Role = report.Role;
        entry.Message = report.Failure is { } failure
            ? $"{failure.File}:{failure.Line} failed (SQLSTATE {failure.SqlState})"
            : $"risk {report.Risk.Word()}";
        entry.Measure("statements", report.Up.Statements.Count);
        entry.Measure("durationSeconds", report.Up.DurationSeconds);
        entry.Measure("rowsLost", report.Up.Losses.Sum(l => l.RowsLost));
        entry.Measure("valuesLost", report.Up.Losses.Sum(l => l.ValuesLost));
    }
}
