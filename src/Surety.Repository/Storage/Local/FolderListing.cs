namespace Surety.Repository.Storage.Local;

/// <summary>All files below a folder, one folder in memory at a time.</summary>
internal static class FolderListing
{
    // A folder that may not be read is an error: what is in it must not look as if it were not there.
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>In no particular order; nothing where the folder is not there.</summary>
    public static IEnumerable<FileInfo> Files(DirectoryInfo start, CancellationToken cancellationToken)
    {
        var pending = new Stack<DirectoryInfo>([start]);
        while (pending.TryPop(out var folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var entry in Entries(folder))
            {
                if (entry is DirectoryInfo below)
                {
                    pending.Push(below);
                }
                else if (entry is FileInfo { Exists: true } file)
                {
                    // Another process may have removed it since the folder was read.
                    yield return file;
                }
            }
        }
    }

    // Read to its end at once: while a folder is read bit by bit, names that come and go may hide others.
    private static List<FileSystemInfo> Entries(DirectoryInfo folder)
    {
        try
        {
            return [.. folder.EnumerateFileSystemInfos("*", Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnRead(e, folder.FullName);
        }
    }
}
