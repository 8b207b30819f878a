using System.Globalization;

namespace Surety.Testing;

/// <summary>What Linux says about other processes: proc(5).</summary>
public static class ProcessTable
{
    /// <summary>False for a zombie too: it is dead and waits for its parent, or for init, to take note of that.</summary>
    public static bool IsRunning(int processId) => StatOf(processId) is [not ("Z" or "X"), ..];

    public static int SessionOf(int processId) =>
        StatOf(processId) is [_, _, _, var session, ..]
            ? int.Parse(session, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"there is no process {processId}");

    public static IEnumerable<int> ChildrenOf(int parentId) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && StatOf(id) is [_, var parent, ..] && parent == $"{parentId}");

    public static string CommandLineOf(int processId) => File.ReadAllText($"/proc/{processId}/cmdline");

    // pid (comm) state ppid pgrp session ...: the part after the comm, or nothing where the process is gone.
    private static string[] StatOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
