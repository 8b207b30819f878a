using System.Formats.Tar;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Surety.Repository.Errors;
using Surety.Repository.Storage;

namespace Surety.Repository.Bundle;

/// <summary>The files of a bundle, read in place. Nothing can be written.</summary>
public sealed class BundleStore : IOpenBlobStore
{
    private readonly SafeFileHandle file;
    private readonly Dictionary<string, Piece> pieces;

    private BundleStore(string path, SafeFileHandle file, Dictionary<string, Piece> pieces) =>
        (Location, this.file, this.pieces) = (path, file, pieces);

    private readonly record struct Piece(long Offset, long Length, DateTimeOffset ModifiedAt);

    public string Location { get; }

    public bool IsReadOnly => true;

    /// <summary>
    /// Opens a file and reads its table of contents. <see cref="ErrorCode.RepositoryUnreadable"/> where it cannot be read,
    /// <see cref="ErrorCode.RepositoryDamaged"/> where it is no whole tar archive.
    /// </summary>
    public static BundleStore Open(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var pieces = ReadPieces(path, stream);
            return new BundleStore(path, File.OpenHandle(path), pieces);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw Damaged(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    public ValueTask<byte[]?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BlobName.Require(name);
        if (!pieces.TryGetValue(name, out var piece))
        {
            return ValueTask.FromResult<byte[]?>(null);
        }

        var content = GC.AllocateUninitializedArray<byte>((int)piece.Length);
        try
        {
            for (var read = 0; read < content.Length; )
            {
                var count = RandomAccess.Read(file, content.AsSpan(read), piece.Offset + read);
                read += count > 0 ? count : throw new EndOfStreamException("it became shorter while it was read");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Location, e);
        }

        return ValueTask.FromResult<byte[]?>(content);
    }

    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Require(name);
        return ValueTask.FromResult<long?>(pieces.TryGetValue(name, out var piece) ? piece.Length : null);
    }

    public ValueTask WriteAsync(
        string name,
        ReadOnlyMemory<byte> content,
        bool durable,
        CancellationToken cancellationToken
    ) => throw ReadOnly();

    public ValueTask<bool> TryCreateAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => throw ReadOnly();

    public void Adopt(string name) => throw ReadOnly();

    public ValueTask FlushAsync(CancellationToken cancellationToken) => throw ReadOnly();

    public async IAsyncEnumerable<BlobInfo> ListAsync(
        string prefix,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        foreach (var (name, piece) in pieces.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new BlobInfo(name, piece.Length, piece.ModifiedAt);
        }
    }

    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken) => throw ReadOnly();

    public void Dispose() => file.Dispose();

    private static Dictionary<string, Piece> ReadPieces(string path, FileStream stream)
    {
        var pieces = new Dictionary<string, Piece>(StringComparer.Ordinal);
        using var tar = new TarReader(stream, leaveOpen: true);
        while (tar.GetNextEntry(copyData: false) is { } entry)
        {
            // A name that is none of a repository's cannot be asked for: it is passed over, whatever it points to.
            if (
                entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile
                && BlobName.IsValid(entry.Name)
            )
            {
                var piece = new Piece(entry.DataOffset, entry.Length, entry.ModificationTime);
                if (piece.Length > Array.MaxLength || piece.Offset + piece.Length > stream.Length)
                {
                    throw new InvalidDataException($"it ends within {entry.Name}");
                }

                if (!pieces.TryAdd(entry.Name, piece))
                {
                    throw new InvalidDataException($"it has {entry.Name} twice");
                }
            }
        }

        return pieces.Count > 0
            ? pieces
            : throw new InvalidDataException($"{Path.GetFileName(path)} has no file in it");
    }

    private SuretyException ReadOnly() =>
        new(
            ErrorCode.RepositoryUnwritable,
            $"{Location} is a bundle, which is never changed",
            "name a repository with --repo; surety copy brings the backup of a bundle into one"
        )
        {
            Object = Location,
        };

    private static SuretyException Damaged(string path, Exception inner) =>
        new(
            ErrorCode.RepositoryDamaged,
            $"{path} is not a whole bundle: {inner.Message.TrimEnd('.')}",
            "fetch it again; surety bundle makes another one from the repository",
            inner
        )
        {
            Object = path,
        };

    private static SuretyException Unreadable(string path, Exception inner) =>
        new(
            ErrorCode.RepositoryUnreadable,
            $"{path} cannot be read: {inner.Message}",
            "check that the file is there and that you may read it",
            inner
        )
        {
            Object = path,
        };
}
