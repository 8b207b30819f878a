using System.Runtime.InteropServices;

namespace Surety.Repository.Storage.Local;

/// <summary>A rename that never replaces: File.Move without overwrite looks first and renames after, which is a race.</summary>
internal static partial class ExclusiveRename
{
    private const int NotPermitted = 1;
    private const int Exists = 17;

    // ENOTSUP of Linux and of macOS.
    private const int NotSupportedLinux = 95;
    private const int NotSupportedMac = 45;

    private const int CurrentFolder = -100;
    private const uint NoReplace = 1;

    /// <summary>Moves the file, or returns false where <paramref name="target"/> exists.</summary>
    public static bool TryMove(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryMoveOnWindows(source, target);
        }

        // FAT and exFAT know no hard links, NFS no RENAME_NOREPLACE: together they cover what people mount.
        return TryLink(source, target) ?? TryRename(source, target);
    }

    /// <summary>By a hard link; null where the file system has none.</summary>
    internal static bool? TryLink(string source, string target)
    {
        if (link(source, target) == 0)
        {
            File.Delete(source);
            return true;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Exists => false,
            NotPermitted or NotSupportedLinux or NotSupportedMac when OperatingSystem.IsLinux() => null,
            _ => throw SystemCall.Failed("link", target),
        };
    }

    /// <summary>By renameat2 (Linux 3.15).</summary>
    internal static bool TryRename(string source, string target)
    {
        if (renameat2(CurrentFolder, source, CurrentFolder, target, NoReplace) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == Exists ? false : throw SystemCall.Failed("renameat2", target);
    }

    // MoveFileEx without MOVEFILE_REPLACE_EXISTING decides in the file system itself.
    private static bool TryMoveOnWindows(string source, string target)
    {
        try
        {
            File.Move(source, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string created);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int fromFolder, string from, int toFolder, string to, uint flags);
}
