namespace Surety.Repository.Journal;

/// <summary>Who runs operations, and by which command: what all records of one process have in common.</summary>
/// <param name="User">The operating system's user.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="Command">The command line without secrets, or null where there is none.</param>
public sealed record OperationOrigin(string User, string Host, string? Command)
{
    public static OperationOrigin ThisProcess(string? command) =>
        new(Environment.UserName, Environment.MachineName, command);
}
