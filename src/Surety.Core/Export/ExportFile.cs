using System.IO.Compression;
using System.Security.Cryptography;
using Surety.Repository.Errors;
using Surety.Repository.Objects.Compression;

namespace Surety.Core.Export;

/// <summary>
/// One file of an export. It has <c>.partial</c> behind its name until it is whole and on disk, so that what a killed
/// export leaves is not taken for a table.
/// </summary>
internal sealed class ExportFile : IDisposable
{
    private readonly string path;
    private readonly DigestStream digest;
    private readonly Stream content;
    private bool isWhole;

    private ExportFile(string path, DigestStream digest, Stream content) =>
        (this.path, this.digest, this.content) = (path, digest, content);

    public string Name => Path.GetFileName(path);

    /// <summary>Where to write what the file holds, before it is compressed.</summary>
    public Stream Content => content;

    private string Partial => $"{path}.partial";

    public static ExportFile Create(string path, ExportCompression compression)
    {
        try
        {
            var digest = new DigestStream(new FileStream($"{path}.partial", Options()));
            return new ExportFile(path, digest, Compressed(digest, compression));
        }
        catch (Exception e) when (IsStorage(e))
        {
            throw Unwritable(path, e);
        }
    }

    /// <summary>Gives the file its name, once every byte is on disk. Its length, and the SHA-256 of its bytes in hex.</summary>
    public (long Bytes, string Sha256) Complete()
    {
        try
        {
            EndCompression();
            digest.FlushToDisk();
            digest.Dispose();
            File.Move(Partial, path, overwrite: false);
            isWhole = true;
        }
        catch (Exception e) when (IsStorage(e))
        {
            throw Unwritable(path, e);
        }

        return (digest.Bytes, digest.Sha256);
    }

    public void Dispose()
    {
        if (isWhole)
        {
            return;
        }

        try
        {
            EndCompression();
        }
        catch (SuretyException)
        {
            // Its last bytes do not fit: the file is removed anyway, and the failure that ended the export is being told.
        }

        digest.Dispose();
    }

    public void Remove() => File.Delete(isWhole ? path : Partial);

    public static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static SuretyException Unwritable(string path, Exception inner) =>
        new(
            ErrorCode.OutputUnwritable,
            $"{path} cannot be written: {inner.Message}; the files of this export are removed",
            "name another folder with --output, or make room there",
            inner
        )
        {
            Object = path,
        };

    private void EndCompression()
    {
        if (content != digest)
        {
            content.Dispose();
        }
    }

    // It holds what the database holds: only the owner reads it, as in a repository.
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

    private static Stream Compressed(DigestStream file, ExportCompression compression) =>
        compression switch
        {
            ExportCompression.Gzip => new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true),
            ExportCompression.Zstd => ZstdStream.TryOpen(file)
                ?? throw new SuretyException(
                    ErrorCode.ToolMissing,
                    "this machine has no libzstd to compress with; nothing was written",
                    "install it (apt-get install libzstd1, dnf install libzstd, brew install zstd), or use --gzip"
                ),
            _ => file,
        };
}

/// <summary>Passes bytes on to a file, and counts and hashes them.</summary>
internal sealed class DigestStream(FileStream file) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool isDisposed;

    public long Bytes { get; private set; }

    /// <summary>In hex, once the stream is disposed.</summary>
    public string Sha256 { get; private set; } = "";

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Bytes;

    public override long Position
    {
        get => Bytes;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        Bytes += buffer.Length;
        try
        {
            file.Write(buffer);
        }
        catch (Exception e) when (ExportFile.IsStorage(e))
        {
            throw ExportFile.Unwritable(file.Name, e);
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
