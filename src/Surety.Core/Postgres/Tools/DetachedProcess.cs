using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// Starts programs outside the terminal's reach. In a session of their own, Ctrl-C does not end them before Surety has
/// decided what to do, and libpq's programs never ask the terminal for a password.
/// </summary>
internal static partial class DetachedProcess
{
    private const string SetSid = "/usr/bin/setsid";

    public static Process Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        // macOS has no setsid(1). setsid replaces itself by the program, so the process id is the program's own.
        var detach = File.Exists(SetSid);
        var start = new ProcessStartInfo(detach ? SetSid : program, detach ? [program, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Neutralise(start.Environment);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} was not started");
    }

    /// <summary>Sends a request to end; on Windows, which has none, ends the program.</summary>
    public static void Ask(Process process, EndRequest request)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }
        else if (!process.HasExited)
        {
            // It may end between the question and the signal: then there is nobody left to ask, and no error.
            _ = Kill(process.Id, (int)request);
        }
    }

    // The user's own connection settings and start-up files must not redirect a program; its messages are parsed.
    private static void Neutralise(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
        {
            environment.Remove(name);
        }

        environment["PGSYSCONFDIR"] = "/dev/null";
        environment["PSQLRC"] = "/dev/null";
        environment["LC_ALL"] = "C";
        environment.Remove("LANGUAGE");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}

/// <summary>The signals that ask a program to end, by their numbers on Linux and macOS.</summary>
internal enum EndRequest
{
    /// <summary>SIGHUP: the terminal is gone.</summary>
    HangUp = 1,

    /// <summary>SIGINT: psql, pg_dump and pg_restore cancel what the server is doing for them.</summary>
    Interrupt = 2,

    /// <summary>SIGTERM: psql leaves at once, and its query goes on.</summary>
    Terminate = 15,
}
