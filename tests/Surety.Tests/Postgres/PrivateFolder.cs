using System.Text;

namespace Surety.Tests.Postgres;

/// <summary>A temporary folder whose files only their owner may read, as libpq wants its files.</summary>
internal sealed class PrivateFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("surety-test-").FullName;

    public string Write(string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        using (var file = new FileStream(path, FileMode.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(content));
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }

        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
