using System.CommandLine;
using Surety.Cli.Output;
using Surety.Cli.Output.Reports;
using Surety.Core.Guard;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

internal sealed class GuardCommand : SuretyCommand
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

    public override string UnfinishedState => "the command was not started";

    public override int ExitCodeOf(Failure failure) => NotStarted;

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        var options = OptionsOf(arguments, context);
        using var opened = await OpenedRepository.OpenAsync(context);
        var entry = new JournalEntry(JournalRecord.GuardOperation, context.Clock.GetUtcNow())
        {
            Database = options.Target.Database,
            Role = options.Target.User,
        };
        // The limit of time is for what comes before the command, which may take any.
        using var afterwards = new CancellationTokenSource();
        using var interrupts = context.Host.Interrupts.Listen(afterwards.Cancel);
        var run = new GuardedRun(opened.Repository, context.Tools, context.Clock, context.Progress);
        GuardReport report;
        try
        {
            report = await run.RunAsync(
                options,
                new GuardStage(options, context),
                context.Cancellation,
                afterwards.Token
            );
        }
        catch (Exception e)
        {
            var failure = e as SuretyException;
            var outcome = e is OperationCanceledException ? JournalRecord.Cancelled : JournalRecord.Failed;
            var code = failure is null ? null : ExitCodes.NameOf(failure.Code);
            await RecordAsync(
                opened,
                entry,
                new JournalEnd(context.Clock.GetUtcNow(), outcome, code, failure?.Message),
                context
            );
            throw;
        }

        await RecordAsync(opened, Describe(entry, report, options), EndOf(report, context), context);
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

    private static JournalEntry Describe(JournalEntry entry, GuardReport report, GuardOptions options)
    {
        entry.Backup = report.Backup.Id;
        entry.SafetyBackup = report.Rollback?.SafetyBackup;
        if (report.Command.NotStarted is null)
        {
            entry.Guarded = new GuardedCommand(options.CommandText, report.Command.ExitCode);
            entry.Measure("commandSeconds", Math.Round(report.Command.Duration.TotalSeconds, 3));
        }

        if (report.Changes is { } changes)
        {
            entry.Measure("rowsChanged", changes.Rows);
        }

        return entry;
    }

    private static JournalEnd EndOf(GuardReport report, OperationContext context) =>
        new(
            context.Clock.GetUtcNow(),
            report.Rollback is not null ? JournalRecord.RolledBack
                : report.Command.ExitCode == 0 && report.Failure is null ? JournalRecord.Done
                : JournalRecord.Failed,
            report.Failure is SuretyException failure ? ExitCodes.NameOf(failure.Code) : null,
            report.Failure?.Message ?? report.Command.NotStarted
        );

    /// <summary>Not to be cancelled, and no failure of what was done: that is told as it is, and this beside it.</summary>
    private static async Task RecordAsync(
        OpenedRepository opened,
        JournalEntry entry,
        JournalEnd end,
        OperationContext context
    )
    {
        try
        {
            await opened.Repository.Journal.AppendAsync(entry, end, CancellationToken.None);
        }
        catch (SuretyException e)
        {
            context.Output.Warn($"the journal has no record of this guarded run: {e.Message}");
        }
    }
}
