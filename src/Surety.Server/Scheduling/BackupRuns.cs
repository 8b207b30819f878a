using Surety.Server.Operations;
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

    /// <summary>Backups that were made lately, and that something may still have to follow; the oldest first.</summary>
    /// <param name="runs">All runs.</param>
    /// <param name="database">As the configuration calls it.</param>
    /// <param name="since">What ended earlier is left alone: nobody waits for it any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<IReadOnlyList<Run>> UnfollowedBackupsAsync(
        this IRunStore runs,
        string database,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var filter = new RunFilter
        {
            Database = database,
            Operation = Operation,
            HasEnded = true,
            Limit = Looked,
        };
        var newest = await runs.ListAsync(filter, cancellationToken);
        return
        [
            .. newest
                .Where(run => run is { MadeBackup: not null, IsFollowed: false } && run.FinishedAt >= since)
                .Reverse(),
        ];
    }

    /// <summary>False where it is of some schemas only.</summary>
    public static bool IsWhole(this Run run) => !NarrowingOptions.Narrow(run);
}
