using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Guard;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

internal sealed class GuardCommand : RecordedCommand
{
    /// <summary>What a shell's <c>env</c> and <c>timeout</c> return for failures of their own.</summary>
    private const int NotStarted = 125;

    private readonly Argument<string[]> command = new("COMMAND")
    {
        Description = "The command and its arguments, after --",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<OnFailure?> onFailure = new("--on-failure")
    {
        Description = "What becomes of the changes of a command that fails: ask (on a terminal), rollback, or keep",
        HelpName = "ask|rollback|keep",
    };
    private readonly Option<bool> dryRun = new("--dry-run")
    {
        Description = "Run it, show what it changed, and take that back",
        Arity = ArgumentArity.Zero,
    };
    private readonly Option<int?> jobs = JobsOption.Create("How many sessions read or load rows at once");

    public GuardCommand()
        : base("guard", "Run a command with a way back: backup, verify, run, show what changed, offer the rollback")
    {
        foreach (var option in new Option[] { onFailure, dryRun, jobs })
        {
            Options.Add(option);
        }

        Arguments.Add(command);
        Validators.Add(parsed =>
        {
            // The parser takes an option that it does not know for the command's first word.
            if (parsed.GetValue(command) is [['-', ..] unknown, ..])
            {
                parsed.AddError($"unknown option '{unknown}': the command goes behind --");
            }
        });
    }

    // The command's input is Surety's own, and so is its output.
    public override bool ReadsInput(ParseResult arguments) => true;

    public override string UnfinishedState => "the command was not started";

    public override int ExitCodeOf(Failure failure) => NotStarted;

    protected override async Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    )
    {
        var options = OptionsOf(arguments, context);
        entry.WorksOn(options.Target);
        // The limit of time is for what comes before the command, which may take any.
        using var afterwards = new CancellationTokenSource();
        using var interrupts = context.Host.Interrupts.Listen(afterwards.Cancel);
        var run = new GuardedRun(opened.Repository, context.Tools, context.Clock, context.Progress);
        var report = await run.RunAsync(
            options,
            new GuardStage(options, context),
            context.Cancellation,
            afterwards.Token
        );
        Record(report, options, entry);
        if (GuardResult.Trouble(report, options) is { } trouble)
        {
            context.Output.Warn(trouble);
        }

        return GuardResult.Of(report, options);
    }

    private GuardOptions OptionsOf(ParseResult arguments, OperationContext context)
    {
        var words = arguments.GetRequiredValue(command);
        var wanted = arguments.GetValue(onFailure);
        if (wanted == OnFailure.Ask && !context.Output.CanAsk)
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                "--on-failure ask needs a terminal to ask on; the command was not started",
                "use --on-failure keep or --on-failure rollback"
            );
        }

        return new GuardOptions
        {
            Target = context.FindTarget(),
            Command = words,
            CommandText = CommandText.WithoutSecrets(words),
            WorkingDirectory = context.WorkingDirectory,
            SearchPath = context.Environment.GetValueOrDefault("PATH"),
            OnFailure = wanted ?? (context.Output.CanAsk ? OnFailure.Ask : OnFailure.Keep),
            DryRun = arguments.GetValue(dryRun),
            OutputToError = context.Output.Options.Json,
            Jobs = arguments.GetValue(jobs) ?? JobsOption.Standard,
        };
    }

    private static void Record(GuardReport report, GuardOptions options, JournalEntry entry)
    {
        entry.Concerns(report.Backup);
        entry.SafetyBackup = report.Rollback?.SafetyBackup;
        // The exit code is the command's own, and tells nothing of a rollback.
        entry.Outcome = OutcomeOf(report);
        entry.Error = report.Failure is SuretyException failure ? ErrorNames.NameOf(failure.Code) : null;
        entry.Message = report.Failure?.Message ?? report.Command.NotStarted;
        if (report.Command.NotStarted is null)
        {
            entry.Guarded = new GuardedCommand(options.CommandText, report.Command.ExitCode);
            entry.Measure("commandSeconds", Math.Round(report.Command.Duration.TotalSeconds, 3));
        }

        if (report.Changes is { } changes)
        {
            entry.Measure("rowsChanged", changes.Rows);
        }
    }

    private static string OutcomeOf(GuardReport report) =>
        report.Rollback is not null ? JournalRecord.RolledBack
        : report is { Command.ExitCode: 0, Failure: null } ? JournalRecord.Done
        : JournalRecord.Failed;
}
