namespace Surety.Core.Guard;

/// <summary>
/// Finds a program as a shell does: by its path where it has a slash, else in the folders of PATH. (The framework would
/// look into Surety's own folder and the working directory first.)
/// </summary>
internal static class CommandPath
{
    /// <summary>The program, or why it cannot be started and the exit code that a shell gives then (POSIX, 2.8.2).</summary>
    public static (string? Path, int ExitCode, string Reason) Find(
        string program,
        string workingDirectory,
        string? searchPath
    )
    {
        var candidates = program.Contains('/')
            ? [Path.Combine(workingDirectory, program)]
            : (searchPath ?? "").Split(':').Select(folder => Path.Combine(workingDirectory, folder, program)).ToList();
        var present = candidates.Where(File.Exists).ToList();
        return (present.Find(IsExecutable), present.Count) switch
        {
            ({ } path, _) => (path, 0, ""),
            (null, 0) => (null, 127, "command not found"),
            _ => (null, 126, "permission denied"),
        };
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows()
        || (
            File.GetUnixFileMode(path)
            & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)
        ) != 0;
}
