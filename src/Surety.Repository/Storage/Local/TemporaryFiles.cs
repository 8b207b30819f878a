namespace Surety.Repository.Storage.Local;

/// <summary>
/// The files that blobs are written to before they get their name. They are on the repository's own file system, since
/// a rename is atomic only there.
/// </summary>
internal sealed class TemporaryFiles(string folder, TimeProvider clock)
{
    // Longer than any single write can take; another host may be writing here, so its processes cannot be asked.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);

    private readonly Lock preparing = new();
    private bool prepared;

    /// <summary>True for a file inside the folder, by its name relative to the repository.</summary>
    public bool Owns(string name) => name.StartsWith($"{Path.GetFileName(folder)}/", StringComparison.Ordinal);

    /// <summary>Writes a new temporary file; disposing it removes it where it was not moved.</summary>
    public TemporaryFile Write(ReadOnlySpan<byte> content, bool durable)
    {
        Prepare();
        var path = Path.Combine(folder, Guid.NewGuid().ToString("n"));
        var file = new TemporaryFile(path);
        try
        {
            WholeFile.Create(path, content, durable);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // At the first write and not at opening, so that a read-only file system can be read.
    private void Prepare()
    {
        lock (preparing)
        {
            if (!prepared)
            {
                Folders.Create(folder);
                RemoveStale();
                prepared = true;
            }
        }
    }

    private void RemoveStale()
    {
        var newest = clock.GetUtcNow() - StaleAfter;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (file.LastWriteTimeUtc < newest.UtcDateTime)
            {
                file.Delete();
            }
        }
    }
}

/// <summary>A written file that has no name in the repository yet.</summary>
internal sealed class TemporaryFile(string path) : IDisposable
{
    private bool moved;

    /// <summary>Gives it its name, replacing what has that name.</summary>
    public void MoveTo(string target)
    {
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (DirectoryNotFoundException)
        {
            Folders.Create(Path.GetDirectoryName(target)!);
            File.Move(path, target, overwrite: true);
        }

        moved = true;
    }

    /// <summary>Gives it its name unless something has that name: false then.</summary>
    public bool TryMoveTo(string target)
    {
        Folders.Create(Path.GetDirectoryName(target)!);
        moved = ExclusiveRename.TryMove(path, target);
        return moved;
    }

    public void Dispose()
    {
        if (!moved)
        {
            File.Delete(path);
        }
    }
}
