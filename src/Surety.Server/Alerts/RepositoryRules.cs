using Surety.Core.Configuration.Serving;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>What is wrong with repositories, each told once whatever number of databases it serves.</summary>
internal sealed class RepositoryRules(ServedDatabases databases, AlertSetting setting)
{
    /// <summary>Longer than any operation of the configuration may take by a good deal.</summary>
    private static readonly TimeSpan ShortestStuck = TimeSpan.FromHours(2);
    private const int StuckTimes = 4;

    public IEnumerable<AlertFinding> Of(WatchedRepository repository, DateTimeOffset now)
    {
        AlertFinding?[] found = [Unreachable(repository), LockStuck(repository, now), StorageLow(repository)];
        return found.OfType<AlertFinding>();
    }

    private static AlertFinding? Unreachable(WatchedRepository repository) =>
        repository.Unreachable is { } error
            ? Finding(
                AlertCondition.RepositoryUnreachable,
                SeverityOf(repository),
                repository,
                repository.IsForCopies ? $"{repository.Name} takes no copies: {error.Message}" : error.Message,
                error.Hint
            )
            : null;

    /// <summary>One that expired keeps nobody out: whoever needs it gone breaks it.</summary>
    private AlertFinding? LockStuck(WatchedRepository repository, DateTimeOffset now)
    {
        var longest = StuckAfter();
        var stuck = repository
            .Locks.Where(held => !held.IsStale && now - held.Since > longest)
            .OrderBy(held => held.Since)
            .ToList();
        return stuck is [var oldest, .. var others]
            ? Finding(
                AlertCondition.LockStuck,
                AlertSeverity.Medium,
                repository,
                $"{oldest.Operation} by {oldest.Holder} has held {repository.Name} for {AlertRules.Rough(now - oldest.Since)}"
                    + (others.Count > 0 ? $", and {others.Count} more for too long" : ""),
                "look whether it still gets on; ending its process frees the lock within 15 minutes"
            )
            : null;
    }

    private TimeSpan StuckAfter()
    {
        var longest = databases
            .All.Select(database => database.Settings.FindSchedule()?.Timeout ?? TimeSpan.Zero)
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
        return longest * StuckTimes > ShortestStuck ? longest * StuckTimes : ShortestStuck;
    }

    private AlertFinding? StorageLow(WatchedRepository repository) =>
        repository.Disk is { } disk && setting.Storage.IsMissing(disk.Free, disk.Total)
            ? Finding(
                AlertCondition.StorageLow,
                SeverityOf(repository),
                repository,
                $"{FreeSpace.TextOf(disk.Free)} of {FreeSpace.TextOf(disk.Total)} are free where {repository.Name} is, and {setting.Storage} have to be",
                $"make room: surety prune --dry-run --repo {repository.Name}; or give the disk more"
            )
            : null;

    /// <summary>Without the one no backup can be made; without the other there is one place less.</summary>
    private static AlertSeverity SeverityOf(WatchedRepository repository) =>
        repository.IsForCopies ? AlertSeverity.Medium : AlertSeverity.High;

    private static AlertFinding Finding(
        AlertCondition condition,
        AlertSeverity severity,
        WatchedRepository repository,
        string text,
        string? hint
    ) => new(condition, severity, repository.Databases, repository.Name, text, hint);
}
