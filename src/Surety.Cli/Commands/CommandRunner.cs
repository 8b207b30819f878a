using System.CommandLine;
using Surety.Cli.Output;
using Surety.Core.Configuration;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands;

/// <summary>Runs one command: everything that is the same for all of them.</summary>
internal sealed class CommandRunner(CommandHost host, GlobalOptions globals, CommandOutput output)
{
    public async Task<int> RunAsync(SuretyCommand command, ParseResult arguments)
    {
        var limit = globals.Timeout(arguments);
        using var cancellation = new OperationCancellation(limit, host.Clock);
        using var interrupts = host.Interrupts.Listen(() =>
        {
            output.Say("cancelling and cleaning up; a second Ctrl-C stops at once");
            cancellation.Interrupt();
        });

        try
        {
            var result = await ShowProgressAsync(command, arguments, cancellation.Token);
            output.Write(result);
            return result.ExitCode;
        }
        catch (SuretyException exception)
        {
            return Fail(command, Failure.Of(exception));
        }
        catch (OperationCanceledException) when (cancellation.Interrupted)
        {
            return Fail(command, Failure.Cancelled(command.UnfinishedState));
        }
        catch (OperationCanceledException) when (cancellation.TimedOut)
        {
            return Fail(command, Failure.TimedOut(limit!.Value, command.UnfinishedState));
        }
        catch (Exception exception)
        {
            return Fail(command, Failure.Unexpected(exception, command.UnfinishedState));
        }
    }

    /// <summary>Runs the command and returns what it found; throws what went wrong.</summary>
    public Task<CommandResult> InvokeAsync(
        SuretyCommand command,
        ParseResult arguments,
        OperationProgress progress,
        ProgressDisplay? display,
        CancellationToken cancellationToken
    )
    {
        var sources = globals.Sources(arguments, host);
        var context = new OperationContext(new Lazy<SuretySettings>(() => SuretySettings.Load(sources)))
        {
            Output = output,
            Progress = progress,
            Display = display,
            Host = host,
            Cancellation = cancellationToken,
        };
        return command.RunAsync(arguments, context);
    }

    private async Task<CommandResult> ShowProgressAsync(
        SuretyCommand command,
        ParseResult arguments,
        CancellationToken cancellationToken
    )
    {
        var progress = new OperationProgress();
        await using var display = ProgressDisplay.Start(progress, output, host.Clock);
        return await InvokeAsync(command, arguments, progress, display, cancellationToken);
    }

    private int Fail(SuretyCommand command, Failure failure)
    {
        output.Write(failure);
        return command.ExitCodeOf(failure);
    }
}
