using System.CommandLine;

namespace Surety.Cli.Commands;

/// <summary>The backup that a command works with.</summary>
internal static class BackupArgument
{
    public static Argument<string> Create() =>
        new("ID") { Description = "Id of the backup, any unique prefix of it, or 'latest'" };
}
