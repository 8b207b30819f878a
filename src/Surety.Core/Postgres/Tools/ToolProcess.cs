using System.ComponentModel;
using System.Diagnostics;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Tools;

/// <summary>Runs one of PostgreSQL's programs to its end.</summary>
internal static class ToolProcess
{
    // Time for a program to end by itself, once its output has, and to cancel its queries and leave when asked to.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Runs a program and hands its standard output to <paramref name="readOutput"/> as it comes.</summary>
    /// <returns>The warnings that it printed on standard error.</returns>
    /// <exception cref="SuretyException">
    /// <see cref="ErrorCode.ToolMissing"/> where it cannot be started, <see cref="ErrorCode.ToolFailed"/> where it does
    /// not end with 0 and <see cref="ToolCommand.Forgives"/> does not say that this is well.
    /// </exception>
    public static async Task<IReadOnlyList<string>> RunAsync(
        ToolCommand command,
        Func<Stream, CancellationToken, Task> readOutput,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(command);
        var messages = ToolMessages.CollectAsync(process.StandardError);
        var work = TransferAsync(process, command, readOutput, cancellationToken);
        try
        {
            // A read from a pipe does not always notice cancellation: the wait does.
            await work.WaitAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (Exception problem)
        {
            var failedItself = await EndAsync(process);
            cancellationToken.ThrowIfCancellationRequested();
            if (failedItself)
            {
                throw Failed(command, process, await messages, problem);
            }

            throw;
        }

        var printed = await messages;
        return process.ExitCode == 0 || command.Forgives?.Invoke(printed.Lines) == true
            ? printed.Lines
            : throw Failed(command, process, printed, null);
    }

    /// <summary>As <see cref="RunAsync"/>, for a program that prints little: returns what it printed.</summary>
    public static async Task<string> ReadTextAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var text = "";
        await RunAsync(command, ReadAsync, cancellationToken);
        return text;

        async Task ReadAsync(Stream output, CancellationToken token)
        {
            using var reader = new StreamReader(output, InvalidBytesAsEscapes.Utf8(), leaveOpen: true);
            text = await reader.ReadToEndAsync(token);
        }
    }

    private static Process Start(ToolCommand command)
    {
        if (!File.Exists(command.Program))
        {
            throw new SuretyException(ErrorCode.ToolMissing, $"{command.Program} does not exist; nothing was changed");
        }

        try
        {
            return DetachedProcess.Start(command.Program, command.Arguments, command.Environment);
        }
        catch (Win32Exception problem)
        {
            throw new SuretyException(
                ErrorCode.ToolMissing,
                $"{command.Name} cannot be started: {problem.Message}; nothing was changed",
                inner: problem
            );
        }
    }

    private static async Task TransferAsync(
        Process process,
        ToolCommand command,
        Func<Stream, CancellationToken, Task> readOutput,
        CancellationToken cancellationToken
    )
    {
        var feeding = FeedAsync(process, command.Input, cancellationToken);
        var output = process.StandardOutput.BaseStream;
        await readOutput(output, cancellationToken);
        // A program whose output nobody reads would wait for ever.
        await output.CopyToAsync(Stream.Null, cancellationToken);
        await feeding;
    }

    private static async Task FeedAsync(Process process, Stream? input, CancellationToken cancellationToken)
    {
        var standardInput = process.StandardInput.BaseStream;
        await using (standardInput)
        {
            if (input is not null)
            {
                await input.CopyToAsync(standardInput, cancellationToken);
            }
        }
    }

    /// <summary>Ends the program where it still runs; true where it had failed on its own account.</summary>
    private static async Task<bool> EndAsync(Process process)
    {
        if (await HasEndedAsync(process, Moment))
        {
            return process.ExitCode != 0;
        }

        foreach (var request in (EndRequest[])[EndRequest.Interrupt, EndRequest.Terminate])
        {
            DetachedProcess.Ask(process, request);
            if (await HasEndedAsync(process, Grace))
            {
                return false;
            }
        }

        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        return false;
    }

    private static async Task<bool> HasEndedAsync(Process process, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static SuretyException Failed(
        ToolCommand command,
        Process process,
        ToolMessages messages,
        Exception? inner
    ) =>
        new(
            ErrorCode.ToolFailed,
            $"{command.Name} failed with exit code {process.ExitCode}: {messages.Summary(command)}",
            inner: inner
        )
        {
            Object = command.Name,
        };
}
