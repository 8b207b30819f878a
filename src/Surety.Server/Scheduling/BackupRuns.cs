using Surety.Server.Runs;

namespace Surety.Server.Scheduling;

internal static class BackupRuns
{
    /// <summary>The newest backup of a database that was asked for, queued and running ones too.</summary>
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
            Operation = "backup",
            IsScheduled = isScheduled,
            Limit = 1,
        };
        return await runs.ListAsync(filter, cancellationToken) is [var newest, ..] ? newest : null;
    }
}
