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
    private readonly Option<bool> empty = FlagOption.Create(
        "--empty",
        "From the first migration on, in an empty database; needs no backup and no repository"
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
        foreach (
            var option in new Option[] { backup, schemaOnly, empty, scratch, role, showValues, noDown, failOn, jobs }
        )
        {
            Options.Add(option);
        }

        Validators.Add(parsed =>
        {
            if (parsed.GetValue(empty) && parsed.GetResult(backup) is { Implicit: false })
            {
                parsed.AddError("--empty and --backup do not go together");
            }
        });
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
        var files = await ReadAsync(arguments, context);
        var rehearsal = new MigrationRehearsal(opened.Repository, context.Tools, context.Progress);
        var report = await rehearsal.RunAsync(manifest, files, OptionsOf(arguments, context), context.Cancellation);
        Record(report, entry);
        return RehearsalResult.Of(report, FailOnOption.LimitOf(failOn, arguments));
    }

    /// <summary>Without a backup there is no repository that could keep a record.</summary>
    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        if (!arguments.GetValue(empty))
        {
            return await base.RunAsync(arguments, context);
        }

        var files = await ReadAsync(arguments, context);
        var report = await new EmptyRehearsal(context.Tools, context.Progress).RunAsync(
            files,
            OptionsOf(arguments, context),
            context.Settings.FindCheck().Postgres,
            context.Cancellation
        );
        return RehearsalResult.Of(report, FailOnOption.LimitOf(failOn, arguments));
    }

    private Task<RehearsedFiles> ReadAsync(ParseResult arguments, OperationContext context) =>
        RehearsedFiles.ReadAsync(
            arguments.GetRequiredValue(paths),
            context.WorkingDirectory,
            !arguments.GetValue(noDown),
            context.Cancellation
        );

    private RehearsalOptions OptionsOf(ParseResult arguments, OperationContext context) =>
        new()
        {
            SchemaOnly = arguments.GetValue(schemaOnly),
            Scratch = context.ServerOf(arguments.GetValue(scratch)),
            Role = arguments.GetValue(role),
            ShowValues = arguments.GetValue(showValues),
            Ignored = context.Settings.FindCheck().Ignored,
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };

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
