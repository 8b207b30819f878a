using Surety.Repository.Errors;

namespace Surety.Repository.Storage.Local;

/// <summary>
/// A repository in a folder. A blob is written to a temporary file and renamed, so a reader sees all of it or nothing;
/// files are readable by their owner only, since they hold a database's rows.
/// </summary>
/// <remarks>
/// Calls block for the duration of the file operation: local files have no asynchronous form on Linux, and a thread
/// hand-off would cost more than most of them take.
/// </remarks>
public sealed class LocalBlobStore : IOpenBlobStore
{
    private readonly string root;
    private readonly TemporaryFiles temporaries;
    private readonly IDurabilityBarrier barrier;
    private SuretyException? brokenBarrier;

    private LocalBlobStore(string root, TimeProvider clock, Func<string, IDurabilityBarrier> makeBarrier)
    {
        this.root = root;
        temporaries = new TemporaryFiles(Path.Combine(root, BlobName.Reserved), clock);
        barrier = makeBarrier(root);
    }

    public string Location => root;

    /// <summary>Opens a folder that is there, else <see cref="ErrorCode.RepositoryNotFound"/>.</summary>
    public static LocalBlobStore Open(string path, TimeProvider clock) => Open(path, clock, DurabilityBarrier.For);

    /// <summary>Opens a folder, and makes it and its parents first where they are missing.</summary>
    public static LocalBlobStore Create(string path, TimeProvider clock)
    {
        var root = Path.GetFullPath(path);
        try
        {
            Folders.Create(root);
            Folders.FlushToDisk(Path.GetDirectoryName(root) ?? root);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnWrite(e, root);
        }

        return Open(root, clock);
    }

    internal static LocalBlobStore Open(string path, TimeProvider clock, Func<string, IDurabilityBarrier> makeBarrier)
    {
        var root = Path.GetFullPath(path);
        if (!Directory.Exists(root))
        {
            throw new SuretyException(
                ErrorCode.RepositoryNotFound,
                $"there is no folder {root}",
                "check the path, or make a repository there with: surety init"
            )
            {
                Object = root,
            };
        }

        try
        {
            return new LocalBlobStore(root, clock, makeBarrier);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnRead(e, root);
        }
    }

    public ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        try
        {
            return ValueTask.FromResult<byte[]?>(WholeFile.Read(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<byte[]?>(null);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnRead(e, path);
        }
    }

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(PathOf(name));
        try
        {
            return ValueTask.FromResult<long?>(file.Exists ? file.Length : null);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnRead(e, file.FullName);
        }
    }

    public ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        try
        {
            using var temporary = temporaries.Write(content.Span, durable);
            temporary.MoveTo(path);
            Settle(path, durable);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnWrite(e, path);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        try
        {
            using var temporary = temporaries.Write(content.Span, durable: true);
            if (!temporary.TryMoveTo(path))
            {
                return ValueTask.FromResult(false);
            }

            Settle(path, durable: true);
            return ValueTask.FromResult(true);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnWrite(e, path);
        }
    }

    public void Adopt(string name) => barrier.Add(PathOf(name));

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref brokenBarrier) is { } earlier)
        {
            throw new SuretyException(earlier.Code, earlier.Message, earlier.Hint, earlier);
        }

        try
        {
            await Task.Run(() => barrier.Pass(cancellationToken), cancellationToken);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            var failure = LocalFailure.OnWrite(e, root);
            Volatile.Write(ref brokenBarrier, failure);
            throw failure;
        }
    }

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var folder = prefix.Contains('/', StringComparison.Ordinal) ? prefix[..prefix.LastIndexOf('/')] : "";
        var start = new DirectoryInfo(folder.Length == 0 ? root : PathOf(folder));
        return FolderListing
            .Files(start, cancellationToken)
            .Select(file => new BlobInfo(NameOf(file), file.Length, file.LastWriteTimeUtc))
            .Where(blob => blob.Name.StartsWith(prefix, StringComparison.Ordinal) && !temporaries.Owns(blob.Name))
            .ToAsyncEnumerable();
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        try
        {
            File.Delete(path);
            barrier.AddFolder(Path.GetDirectoryName(path)!);
        }
        catch (DirectoryNotFoundException)
        {
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw LocalFailure.OnWrite(e, path);
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => barrier.Dispose();

    private string PathOf(string name)
    {
        BlobName.Require(name);
        return Path.Combine(root, name);
    }

    private void Settle(string path, bool durable)
    {
        if (!durable)
        {
            barrier.Add(path);
            return;
        }

        // A new folder's name is in its parent, so the parents count as well.
        for (var folder = Path.GetDirectoryName(path)!; folder.Length >= root.Length; )
        {
            Folders.FlushToDisk(folder);
            folder = Path.GetDirectoryName(folder) ?? "";
        }
    }

    private string NameOf(FileInfo file) =>
        Path.GetRelativePath(root, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
}
