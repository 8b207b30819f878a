using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

/// <summary>What schedules ask of the runs that are backups.</summary>
internal static class BackupRuns
{
    public const string Operation = "backup";

    /// <summary>Those of single schemas are passed over; so many of them in a row hide the others.</summary>
    private const int Looked = 10;

    /// <summary>The newest backup of a whole database that was asked for, queued and running ones too.</summary>
    /// <param name="runs">All runs.</param>
    /// <param name="database">As the configuration calls it.</param>
    /// <param name="isScheduled">Only those that its schedule asked for, or did not; null for all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<Run?> NewestBackupAsync(
        this IRunStore runs,
        string database,
        bool? isScheduled,
        CancellationToken cancellationToken
    )
    {
        var filter = new RunFilter
        {
            Database = database,
            Operation = Operation,
            IsScheduled = isScheduled,
            Limit = Looked,
        };
        return (await runs.ListAsync(filter, cancellationToken)).FirstOrDefault(IsWhole);
    }

    private static bool IsWhole(Run run) =>
        !run.Request.Arguments.Any(argument =>
            argument.StartsWith("--schema", StringComparison.Ordinal)
            || argument.StartsWith("--exclude-schema", StringComparison.Ordinal)
        );
}
