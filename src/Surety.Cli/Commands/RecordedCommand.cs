using System.CommandLine;
using Surety.Cli.Output;
using Surety.Repository.Errors;
using Surety.Repository.Journal;

namespace Surety.Cli.Commands;

/// <summary>
/// A command whose every run the journal keeps, a failed one too: it changes a database or the repository, or proves a
/// backup. What it knows of its run it puts into the entry as it learns it.
/// </summary>
internal abstract class RecordedCommand(string name, string description) : SuretyCommand(name, description)
{
    /// <summary>What the journal calls it.</summary>
    protected virtual string Operation => Name;

    /// <summary>True where the story in Core records a run that ended well, so that only failures are left to record.</summary>
    protected virtual bool RecordsItself => false;

    /// <summary>False for a run that only looks.</summary>
    protected virtual bool IsRecorded(ParseResult arguments) => true;

    public override async Task<CommandResult> RunAsync(ParseResult arguments, OperationContext context)
    {
        using var opened = await OpenAsync(arguments, context);
        var entry = new JournalEntry(Operation, context.Clock.GetUtcNow());
        CommandResult result;
        try
        {
            result = await RunAsync(arguments, opened, entry, context);
        }
        catch (Exception e)
        {
            if (IsRecorded(arguments))
            {
                await RecordAsync(opened, entry, Failure.Of(e, UnfinishedState, context.Stopping), context);
            }

            throw;
        }

        if (!RecordsItself && IsRecorded(arguments))
        {
            var outcome = entry.Outcome ?? OutcomeOf(result.ExitCode);
            await AppendAsync(opened, entry, new JournalEnd(context.Clock.GetUtcNow(), outcome), context);
        }

        return result;
    }

    /// <summary>The repository that the run is about: that of the settings.</summary>
    protected virtual Task<OpenedRepository> OpenAsync(ParseResult arguments, OperationContext context) =>
        OpenedRepository.OpenAsync(context);

    protected abstract Task<CommandResult> RunAsync(
        ParseResult arguments,
        OpenedRepository opened,
        JournalEntry entry,
        OperationContext context
    );

    private async Task RecordAsync(
        OpenedRepository opened,
        JournalEntry entry,
        Failure failure,
        OperationContext context
    )
    {
        // A slip in the command line or the configuration: nothing was begun.
        if (failure.ExitCode != ExitCodes.Usage)
        {
            var code = ErrorNames.NameOf(failure.Code);
            var at = context.Clock.GetUtcNow();
            var end = new JournalEnd(at, OutcomeOf(failure.ExitCode), code, failure.Message);
            await AppendAsync(opened, entry, end, context);
        }
    }

    /// <summary>Not to be cancelled, and no failure of what was done: that is told as it is, and this beside it.</summary>
    private async Task AppendAsync(
        OpenedRepository opened,
        JournalEntry entry,
        JournalEnd end,
        OperationContext context
    )
    {
        if (opened.IsReadOnly)
        {
            return;
        }

        try
        {
            await opened.Repository.Journal.AppendAsync(entry, end, CancellationToken.None);
        }
        catch (SuretyException e)
        {
            context.Output.Warn($"the journal has no record of this {Operation}: {e.Message}");
        }
    }

    private static string OutcomeOf(int exitCode) =>
        exitCode switch
        {
            ExitCodes.Done => JournalRecord.Done,
            ExitCodes.Refused => JournalRecord.Refused,
            ExitCodes.Cancelled => JournalRecord.Cancelled,
            _ => JournalRecord.Failed,
        };
}
