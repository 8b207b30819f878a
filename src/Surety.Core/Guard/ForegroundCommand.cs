using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Surety.Core.Postgres.Tools;

namespace Surety.Core.Guard;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its own; 128 and the signal's number where one ended it, as a shell has it.</param>
/// <param name="NotStarted">Why it was not started, with the exit code that a shell gives then; null where it was.</param>
public sealed record CommandEnd(int ExitCode, TimeSpan Duration, string? NotStarted);

/// <summary>
/// A command that has the terminal: its input and output are Surety's own. It is in Surety's process group, so that
/// Ctrl-C reaches it from the terminal; what is sent to Surety alone is passed on.
/// </summary>
internal sealed class ForegroundCommand(GuardOptions options, TimeProvider clock)
{
    private readonly Lock starting = new();
    private readonly Queue<EndRequest> early = new();
    private Process? process;

    /// <summary>Runs it to its end, however long that takes.</summary>
    public async Task<CommandEnd> RunAsync(IReadOnlyDictionary<string, string> environment)
    {
        var startedAt = clock.GetTimestamp();
        var (path, exitCode, reason) = CommandPath.Find(
            options.Command[0],
            options.WorkingDirectory,
            options.SearchPath
        );
        if (path is null)
        {
            return new CommandEnd(exitCode, TimeSpan.Zero, reason);
        }

        try
        {
            Start(path, environment);
        }
        catch (Win32Exception e)
        {
            return new CommandEnd(126, TimeSpan.Zero, e.Message);
        }

        using (process)
        {
            await process!.WaitForExitAsync();
            return new CommandEnd(process.ExitCode, clock.GetElapsedTime(startedAt), NotStarted: null);
        }
    }

    /// <summary>Hands on a signal that Surety got.</summary>
    public void Pass(PosixSignal signal)
    {
        if (RequestOf(signal) is not { } request)
        {
            return;
        }

        lock (starting)
        {
            if (process is null)
            {
                early.Enqueue(request);
            }
            else
            {
                DetachedProcess.Ask(process, request);
            }
        }
    }

    private void Start(string path, IReadOnlyDictionary<string, string> environment)
    {
        IEnumerable<string> arguments = options.Command.Skip(1);
        var start = options.OutputToError
            // It becomes the command, so its process id is the command's own.
            ? new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >&2", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = options.WorkingDirectory;
        start.UseShellExecute = false;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        lock (starting)
        {
            process = Process.Start(start);
            while (early.TryDequeue(out var request))
            {
                DetachedProcess.Ask(process!, request);
            }
        }
    }

    private static EndRequest? RequestOf(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGTERM => EndRequest.Terminate,
            PosixSignal.SIGHUP => EndRequest.HangUp,
            // From a terminal the command has had it already; twice would mean "at once" to many a program.
            PosixSignal.SIGINT when !HasTerminal() => EndRequest.Interrupt,
            _ => null,
        };

    private static bool HasTerminal()
    {
        try
        {
            using var terminal = File.OpenHandle("/dev/tty");
            return true;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
