using System.CommandLine;
using Surety.Cli.Output;
using Surety.Core.Configuration;
using Surety.Core.Progress;

namespace Surety.Cli.Commands;

/// <summary>Runs one command: everything that is the same for all of them.</summary>
internal sealed class CommandRunner(CommandHost host, GlobalOptions globals, CommandOutput output, string commandLine)
{
    public async Task<int> RunAsync(SuretyCommand command, ParseResult arguments)
    {
        using var cancellation = new OperationCancellation(globals.Timeout(arguments), host.Clock);
        using var interrupts = host.Interrupts.Listen(() =>
            Cancel("cancelling and cleaning up; a second Ctrl-C stops at once")
        );
        using var leash = output.Options.Attached
            ? new Leash(host.Console, host.Clock, () => Cancel(Leash.LetGo), host.Interrupts.EndProcess)
            : null;

        try
        {
            var result = await ShowProgressAsync(command, arguments, cancellation);
            output.Write(result);
            return result.ExitCode;
        }
        catch (Exception exception)
        {
            var failure = Failure.Of(exception, command.UnfinishedState, cancellation);
            output.Write(failure);
            return command.ExitCodeOf(failure);
        }

        void Cancel(string message)
        {
            output.Say(message);
            cancellation.Interrupt();
        }
    }

    /// <summary>Runs the command and returns what it found; throws what went wrong.</summary>
    public Task<CommandResult> InvokeAsync(
        SuretyCommand command,
        ParseResult arguments,
        OperationProgress progress,
        ProgressDisplay? display,
        OperationCancellation stopping
    )
    {
        var sources = globals.Sources(arguments, host);
        var context = new OperationContext(new Lazy<SuretySettings>(() => SuretySettings.Load(sources)))
        {
            Output = output,
            Progress = progress,
            Display = display,
            Host = host,
            Stopping = stopping,
            CommandLine = commandLine,
            Patience = globals.Patience(arguments),
        };
        return command.RunAsync(arguments, context);
    }

    private async Task<CommandResult> ShowProgressAsync(
        SuretyCommand command,
        ParseResult arguments,
        OperationCancellation stopping
    )
    {
        var progress = new OperationProgress();
        await using var display = ProgressDisplay.Start(progress, output, host.Clock);
        return await InvokeAsync(command, arguments, progress, display, stopping);
    }
}
