using System.Globalization;
using Surety.Repository.Errors;

namespace Surety.Repository.Locks;

/// <summary>
/// The process that holds a lock. <see cref="Scope"/> and <see cref="Start"/> tell whether it still runs; null where
/// the system does not say it in a form that two processes read alike.
/// </summary>
/// <param name="Host">Name of the machine, for people: two containers can share it.</param>
/// <param name="Pid">Process id.</param>
/// <param name="Scope">Boot of the kernel and PID namespace: only within one is a pid meaningful.</param>
/// <param name="Start">Start of the process in clock ticks since boot: tells it from a later one of the same pid.</param>
internal sealed record LockHolder(string Host, int Pid, string? Scope, string? Start)
{
    public static LockHolder ThisProcess() => OfProcess(Environment.ProcessId);

    public static LockHolder OfProcess(int pid) => new(Environment.MachineName, pid, ReadScope(), ReadStart(pid));

    /// <summary>True only where it is certain: a process of this very machine that runs no more.</summary>
    public bool IsGone() => Scope is not null && Start is not null && Scope == ReadScope() && Start != ReadStart(Pid);

    public override string ToString() => $"process {Pid} on {Host}";

    // Ticks since boot instead of Process.StartTime: that is a wall-clock time, which moves when the clock is set.
    private static string? ReadStart(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // proc(5): the name in parentheses may hold anything; starttime is field 22, the 20th after it.
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    private static string? ReadScope()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var processes = File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name;
            return processes is null ? null : $"{boot} {processes}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A hardened container may hide it; then only the lease's expiry decides.
            return null;
        }
    }

    private static SuretyException Unreadable(Exception inner) =>
        new(
            ErrorCode.RepositoryLocked,
            "whether the holder of a lock still runs cannot be read from /proc; nothing was changed",
            "wait until the lock expires, or run Surety where /proc is mounted",
            inner
        );
}
