using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Tools;

/// <summary>
/// The folder of one scratch server, and the lock in it that says that its Surety still lives: the kernel releases it
/// however the process ends, where a recorded process id may have come to mean another process.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "surety-scratch-";
    private const string OwnerFile = "owner";
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream ownership;

    private ScratchFolder(string path, FileStream ownership)
    {
        Path = path;
        this.ownership = ownership;
    }

    public string Path { get; }

    public static ScratchFolder Create(string parent)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new SuretyException(
                ErrorCode.ScratchServerFailed,
                "scratch servers do not run on Windows; nothing was changed",
                "run Surety in WSL, on Linux or on macOS for this command"
            );
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}"
        );
        // It gets its name only once it is locked: a folder of this name without a lock is always a leftover.
        var unnamed = System.IO.Path.Combine(parent, $".surety-{name}");
        var path = System.IO.Path.Combine(parent, Prefix + name);
        Directory.CreateDirectory(unnamed, OnlyOwner);
        var ownership = Lock(unnamed, FileMode.CreateNew);
        Directory.Move(unnamed, path);
        return new ScratchFolder(path, ownership);
    }

    /// <summary>Folders of servers whose Surety is dead, as far as this user may touch them.</summary>
    public static IEnumerable<string> Abandoned(string parent) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, $"{Prefix}*").Where(IsAbandoned) : [];

    public void Write(string name, string content)
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, name), FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(content));
    }

    /// <summary>Removes the folder where it still is: its supervisor does that, unless it never started.</summary>
    public void Remove()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    public void Dispose() => ownership.Dispose();

    private static bool IsAbandoned(string folder)
    {
        try
        {
            using var ownership = Lock(folder, FileMode.Open);
            return true;
        }
        catch (FileNotFoundException)
        {
            return Directory.Exists(folder);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream Lock(string folder, FileMode mode) =>
        new(System.IO.Path.Combine(folder, OwnerFile), mode, FileAccess.ReadWrite, FileShare.None);
}
