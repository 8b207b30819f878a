using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Scheduling;

/// <summary>
/// What follows a backup, whoever asked for it: verify, copy, prune, drill, each a run of its own, one after the other. How far it is can
/// be read from the runs, so it goes on after a restart, on whichever server.
/// </summary>
internal sealed class AfterBackups(
    IRunStore runs,
    RunQueue queue,
    ServedDatabases databases,
    RepositoryViews views,
    TimeProvider clock,
    ILogger<AfterBackups> log
)
{
    /// <summary>Queues the step that comes after a run that has ended, if there is one.</summary>
    public async Task ContinueAsync(Run ended, CancellationToken cancellationToken)
    {
        var backup = ended.Request.Parent is { } parent ? await runs.FindAsync(parent, cancellationToken) : ended;
        if (
            backup is not { Request.Database: { } name, IsFollowed: false }
            || backup.MadeBackup is not { } made
            || databases.Find(name) is not { } database
        )
        {
            return;
        }

        var done = await runs.ListAsync(new RunFilter { Parent = backup.Id, Limit = 1000 }, cancellationToken);
        if (done.Any(run => !run.HasEnded))
        {
            return;
        }

        if (await NextAsync(database, backup, made, done, cancellationToken) is { } step)
        {
            await queue.SubmitAsync(step.Follow(backup, TimeoutOf(database, backup)), cancellationToken);
        }
        else
        {
            await runs.ChangeAsync(backup.Id, run => run with { IsFollowed = true }, cancellationToken);
        }
    }

    private async Task<BackupStep?> NextAsync(
        ServedDatabase database,
        Run backup,
        string made,
        IReadOnlyList<Run> done,
        CancellationToken cancellationToken
    )
    {
        var section = database.Settings.FindAfterBackup();
        if (!backup.IsWhole())
        {
            // No reason to let whole ones go, and its drill would prove too little of the database.
            section = section with
            {
                Prune = false,
                Drill = null,
            };
        }

        var steps = BackupStep.All(section, made, PruneOf(database));
        if (BackupStep.Next(steps, done) is not { } next)
        {
            return null;
        }

        return next.Operation != "drill" || await IsDrillDueAsync(database, section.Drill!, cancellationToken)
            ? next
            : null;
    }

    /// <summary>The schedule's, or what was asked for the backup, if that is longer: a backup may be small and its proof long.</summary>
    private static TimeSpan? TimeoutOf(ServedDatabase database, Run backup)
    {
        var schedule = database.Settings.FindSchedule();
        var configured = schedule is null ? ScheduleSection.StandardTimeout : schedule.Timeout;
        var asked = backup.Request.Timeout;
        return configured is null || asked is null ? null
            : configured > asked ? configured
            : asked;
    }

    /// <summary>The name that manifests have; null where no rule would ever forget one of its backups.</summary>
    private static string? PruneOf(ServedDatabase database) =>
        database.Settings.FindRetention(database.DatabaseName).IsEmpty ? null : database.DatabaseName;

    private async Task<bool> IsDrillDueAsync(
        ServedDatabase database,
        DrillPace pace,
        CancellationToken cancellationToken
    )
    {
        // Of backups that were asked for together, one drill.
        var drills = new RunFilter
        {
            Database = database.Name,
            Operation = "drill",
            HasEnded = false,
        };
        if (
            await runs.ListAsync(drills, cancellationToken) is [_, ..]
            || await FindViewAsync(database, cancellationToken) is not { } view
        )
        {
            return false;
        }

        // The journal, since retention forgets backups and what was known of them.
        var records = view.Journal.Records.Where(record =>
            record.Succeeded && record.Database == database.DatabaseName
        );
        var last = records
            .Where(record => record.Operation == "drill")
            .Select(record => record.FinishedAt)
            .DefaultIfEmpty(DateTimeOffset.MinValue)
            .Max();
        return pace.Time is { } time
            ? clock.GetUtcNow() - last >= time
            : records.Count(record => record.Operation == JournalRecord.BackupOperation && record.FinishedAt > last)
                >= pace.Backups;
    }

    /// <summary>Null where the repository cannot be read: the next backup asks again.</summary>
    private async Task<RepositoryView?> FindViewAsync(ServedDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            return await views.ReadAsync(database, cancellationToken);
        }
        catch (SuretyException e)
        {
            log.DrillUnknown(database.Name, e.Message);
            return null;
        }
    }
}
