using System.IO.Compression;
using Surety.Repository.Errors;
using Surety.Repository.Objects.Compression;
using Surety.Repository.Storage.Local;

namespace Surety.Core.Export;

/// <summary>One file of an export, compressed as it is written.</summary>
internal sealed class ExportFile : IDisposable
{
    private readonly OutputFile file;
    private bool isCompressed;
    private bool isWhole;

    private ExportFile(OutputFile file, Stream content) => (this.file, Content) = (file, content);

    public string Name => Path.GetFileName(file.FullPath);

    /// <summary>Where to write what the file holds, before it is compressed.</summary>
    public Stream Content { get; }

    public static ExportFile Create(string path, ExportCompression compression)
    {
        var file = OutputFile.Create(path);
        try
        {
            return new ExportFile(file, Compressed(file.Content, compression));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="OutputFile.Complete"/>
    public (long Bytes, string Sha256) Complete()
    {
        EndCompression();
        var result = file.Complete();
        isWhole = true;
        return result;
    }

    /// <summary>Removes the file unless it is whole.</summary>
    public void Dispose()
    {
        try
        {
            EndCompression();
        }
        catch (SuretyException)
        {
            // Its last bytes do not fit: the file is removed anyway, and the failure that ended the export is being told.
        }

        file.Dispose();
    }

    /// <summary>Removes the file, whole or not.</summary>
    public void Remove()
    {
        Dispose();
        if (isWhole)
        {
            File.Delete(file.FullPath);
        }
    }

    private void EndCompression()
    {
        if (Content != file.Content && !isCompressed)
        {
            isCompressed = true;
            Content.Dispose();
        }
    }

    private static Stream Compressed(Stream file, ExportCompression compression) =>
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
