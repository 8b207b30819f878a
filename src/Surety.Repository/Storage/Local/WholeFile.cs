using Surety.Repository.Errors;

namespace Surety.Repository.Storage.Local;

/// <summary>Files read and written in one piece.</summary>
internal static class WholeFile
{
    private const FileShare Anybody = FileShare.ReadWrite | FileShare.Delete;

    public static byte[] Read(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, Anybody);
        var length = RandomAccess.GetLength(file);
        if (length > Array.MaxLength)
        {
            throw new SuretyException(
                ErrorCode.RepositoryDamaged,
                $"{path} is {length} bytes long: no file of a repository is"
            )
            {
                Object = path,
            };
        }

        var content = GC.AllocateUninitializedArray<byte>((int)length);
        var read = 0;
        while (read < content.Length)
        {
            var count = RandomAccess.Read(file, content.AsSpan(read), read);
            if (count == 0)
            {
                throw new EndOfStreamException($"{path} became shorter while it was read");
            }

            read += count;
        }

        return content;
    }

    /// <summary>Makes a file of that name; where that fails, none is left.</summary>
    public static void Create(string path, ReadOnlySpan<byte> content, bool durable)
    {
        using var file = new FileStream(path, NewFile());
        try
        {
            RandomAccess.Write(file.SafeFileHandle, content, 0);
            if (durable)
            {
                RandomAccess.FlushToDisk(file.SafeFileHandle);
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    public static void FlushToDisk(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, Anybody);
        RandomAccess.FlushToDisk(file);
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = Anybody,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
