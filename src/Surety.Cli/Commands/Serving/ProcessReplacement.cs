using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Surety.Repository.Errors;

namespace Surety.Cli.Commands.Serving;

/// <summary>
/// Another program in the place of this one. It has this process's id, so that whoever supervises it signals the right
/// one, and nothing stands between.
/// </summary>
internal static partial class ProcessReplacement
{
    /// <summary>Returns only where the system has no such call: the exit code of a child that ran instead.</summary>
    public static async Task<int> RunAsync(string path, IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Files that .NET opened close themselves; only failure returns.
            _ = execv(path, [path, .. arguments, null]);
            throw NotStarted(path, new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        try
        {
            using var child = Process.Start(new ProcessStartInfo(path, arguments))!;
            await child.WaitForExitAsync();
            return child.ExitCode;
        }
        catch (Win32Exception e)
        {
            throw NotStarted(path, e);
        }
    }

    private static SuretyException NotStarted(string path, Win32Exception cause) =>
        new(
            ErrorCode.ServerNotInstalled,
            $"{path} cannot be executed: {cause.Message}",
            "install surety with its server again",
            cause
        );

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, string?[] arguments);
}
