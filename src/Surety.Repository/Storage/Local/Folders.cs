using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Surety.Repository.Storage.Local;

/// <summary>Folders that only their owner may enter, and whose entries can be made durable.</summary>
internal static partial class Folders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else if (!Directory.Exists(path))
        {
            // One by one: the framework gives the mode to the last folder only.
            Create(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call: its file systems journal their names.</summary>
    public static void FlushToDisk(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            using var folder = Open(path);
            RandomAccess.FlushToDisk(folder);
        }
    }

    /// <summary>Opens a folder itself, which the framework's own File.OpenHandle refuses.</summary>
    public static SafeFileHandle Open(string path)
    {
        const int readOnly = 0;
        var closeOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
        var handle = open(path, readOnly | closeOnExec);
        return handle.IsInvalid ? throw SystemCall.Failed("open", path) : handle;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle open(string path, int flags);
}

/// <summary>Turns errno of the last system call into an exception.</summary>
internal static class SystemCall
{
    public static IOException Failed(string call, string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        return new IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }
}
