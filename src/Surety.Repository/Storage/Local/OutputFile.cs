using System.Security.Cryptography;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.Local;

/// <summary>
/// A file that is written for somebody else: an export, a bundle. It has <c>.partial</c> behind its name until it is whole
/// and on disk, so that what a killed run leaves is not taken for it. It holds what a database holds: only the owner may read
/// it, as in a repository.
/// </summary>
public sealed class OutputFile : IDisposable
{
    private readonly DigestStream content;
    private bool isWhole;

    private OutputFile(string path, DigestStream content) => (FullPath, this.content) = (path, content);

    /// <summary>The path that it has once it is whole.</summary>
    public string FullPath { get; }

    /// <summary>Where to write. <see cref="ErrorCode.OutputUnwritable"/> where that fails.</summary>
    public Stream Content => content;

    private string Partial => $"{FullPath}.partial";

    /// <summary>Begins a file; <see cref="ErrorCode.OutputUnwritable"/> where that cannot be.</summary>
    public static OutputFile Create(string path)
    {
        try
        {
            RemoveLeft($"{path}.partial");
            return new OutputFile(path, new DigestStream(new FileStream($"{path}.partial", Options())));
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>
    /// Gives the file its name, once every byte is on disk; never replaces one. Its length in bytes, and the SHA-256 of its
    /// bytes in hex.
    /// </summary>
    public (long Bytes, string Sha256) Complete()
    {
        try
        {
            content.FlushToDisk();
            content.Dispose();
            isWhole = ExclusiveRename.TryMove(Partial, FullPath);
            if (!isWhole)
            {
                throw new IOException("there is a file of that name by now");
            }

            Folders.FlushToDisk(Path.GetDirectoryName(FullPath)!);
        }
        catch (Exception e) when (LocalFailure.IsStorage(e))
        {
            throw Unwritable(FullPath, e);
        }

        return (content.Length, content.Sha256);
    }

    /// <summary>Removes the file unless it is whole.</summary>
    public void Dispose()
    {
        content.Dispose();
        if (!isWhole)
        {
            File.Delete(Partial);
        }
    }

    /// <summary>For a folder that cannot be made, as for a file.</summary>
    public static SuretyException Unwritable(string path, Exception inner) =>
        new(
            ErrorCode.OutputUnwritable,
            $"{path} cannot be written: {inner.Message}; nothing that was begun is kept",
            "name another place with --output, or make room there",
            inner
        )
        {
            Object = path,
        };

    /// <summary>
    /// What a killed run left is in nobody's way: it has no other use. It is removed and not written over: it may be a link
    /// to another file, or one that somebody else made and can read.
    /// </summary>
    private static void RemoveLeft(string partial)
    {
        if (File.Exists(partial))
        {
            // Fails where another run is writing it.
            new FileStream(partial, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
            File.Delete(partial);
        }
    }

    private static FileStreamOptions Options()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Passes bytes on to a file, and counts and hashes them.</summary>
    private sealed class DigestStream(FileStream file) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long length;
        private bool isDisposed;

        /// <summary>In hex, once the stream is disposed.</summary>
        public string Sha256 { get; private set; } = "";

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => length;

        public override long Position
        {
            get => length;
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            length += buffer.Length;
            try
            {
                file.Write(buffer);
            }
            catch (Exception e) when (LocalFailure.IsStorage(e))
            {
                throw Unwritable(file.Name, e);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => file.Flush();

        public void FlushToDisk() => file.Flush(flushToDisk: true);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && !isDisposed)
            {
                isDisposed = true;
                Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
                hash.Dispose();
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
