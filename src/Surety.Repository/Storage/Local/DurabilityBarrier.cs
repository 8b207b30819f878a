using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Surety.Repository.Storage.Local;

/// <summary>Remembers what was written and makes all of it durable at once. Thread-safe.</summary>
internal interface IDurabilityBarrier : IDisposable
{
    /// <summary>A file was written, and its name is new in its folder.</summary>
    void Add(string file);

    /// <summary>A name was taken out of a folder.</summary>
    void AddFolder(string folder);

    /// <summary>Returns when everything that was added before the call is on stable storage.</summary>
    void Pass(CancellationToken cancellationToken);
}

internal static class DurabilityBarrier
{
    // Kernel file systems whose sync reaches the device. Over FUSE, NFS and SMB syncfs only hands the pages to the other
    // side, while fsync is passed on.
    private static readonly string[] SyncedAsAWhole = ["ext", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay"];

    public static IDurabilityBarrier For(string root)
    {
        var format = OperatingSystem.IsLinux() ? new DriveInfo(root).DriveFormat : "";
        var asAWhole = SyncedAsAWhole.Any(name => format.StartsWith(name, StringComparison.Ordinal));
        return asAWhole ? new FileSystemBarrier(root) : new FileByFileBarrier(root);
    }
}

/// <summary>
/// One syncfs for the whole file system. The folder stays open from the start, because syncfs reports the lost writes
/// since its descriptor was opened (syncfs(2), Linux 5.8).
/// </summary>
internal sealed partial class FileSystemBarrier(string root) : IDurabilityBarrier
{
    private readonly SafeFileHandle folder = Folders.Open(root);
    private long changes;

    public void Add(string file) => Interlocked.Increment(ref changes);

    public void AddFolder(string folder) => Interlocked.Increment(ref changes);

    public void Pass(CancellationToken cancellationToken)
    {
        var covered = Interlocked.Read(ref changes);
        if (covered == 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (syncfs(folder) != 0)
        {
            throw SystemCall.Failed("syncfs", root);
        }

        Interlocked.Add(ref changes, -covered);
    }

    public void Dispose() => folder.Dispose();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(SafeFileHandle handle);
}

/// <summary>fsync of each file, then of each folder up to the repository's own: works everywhere, takes longer.</summary>
internal sealed class FileByFileBarrier(string root) : IDurabilityBarrier
{
    private readonly ConcurrentDictionary<string, Guid> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Guid> folders = new(StringComparer.Ordinal);

    public void Add(string file)
    {
        files[file] = Guid.NewGuid();
        AddFolder(Path.GetDirectoryName(file)!);
    }

    public void AddFolder(string folder)
    {
        for (var path = folder; path.Length >= root.Length; path = Path.GetDirectoryName(path) ?? "")
        {
            folders[path] = Guid.NewGuid();
        }
    }

    public void Pass(CancellationToken cancellationToken)
    {
        // Files before folders: a durable name must not lead to bytes that are not.
        PassAll(files, WholeFile.FlushToDisk, cancellationToken);
        PassAll(folders, Folders.FlushToDisk, cancellationToken);
    }

    public void Dispose() { }

    private static void PassAll(
        ConcurrentDictionary<string, Guid> pending,
        Action<string> flush,
        CancellationToken cancellationToken
    )
    {
        foreach (var entry in pending.ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            FlushUnlessRemoved(entry.Key, flush);

            // Only this mark: the same file may have been written again meanwhile.
            pending.TryRemove(entry);
        }
    }

    private static void FlushUnlessRemoved(string path, Action<string> flush)
    {
        if (Path.Exists(path))
        {
            flush(path);
        }
    }
}
