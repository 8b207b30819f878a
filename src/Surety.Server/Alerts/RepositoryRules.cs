using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Storage;
using Surety.Server.Health;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>What is wrong with repositories, each told once whatever number of databases it serves.</summary>
internal sealed class RepositoryRules(ServedDatabases databases, AlertSetting setting)
{
    /// <summary>Longer than any operation of the configuration may take by a good deal.</summary>
    private static readonly TimeSpan ShortestStuck = TimeSpan.FromHours(2);
    private const int StuckTimes = 4;

    public IEnumerable<AlertFinding> Of(HealthReading reading)
    {
        foreach (var shared in reading.Databases.GroupBy(health => health.Repository))
        {
            string[] names = [.. shared.Select(health => health.Name)];
            if (shared.FirstOrDefault(health => health.Unreachable is not null) is { Unreachable: { } error })
            {
                yield return Unreachable(shared.Key, names, error.Message, error.Hint);
            }

            foreach (var stuck in shared.First().Locks.Where(held => IsStuck(held, reading.At)))
            {
                yield return Stuck(shared.Key, names, stuck, reading.At);
            }
        }

        foreach (var folder in databases.All.Select(PlaceOf).OfType<(string Name, FolderPlace Place)>().Distinct())
        {
            if (StorageLow(folder.Name, folder.Place) is { } low)
            {
                yield return low;
            }
        }
    }

    private static AlertFinding Unreachable(string repository, string[] names, string message, string? hint) =>
        new(AlertCondition.RepositoryUnreachable, AlertSeverity.High, names, repository, message, hint);

    /// <summary>One that expired keeps nobody out: whoever needs it gone breaks it.</summary>
    private bool IsStuck(LockState held, DateTimeOffset now) => !held.IsStale && now - held.Since > StuckAfter();

    private TimeSpan StuckAfter()
    {
        var longest = databases
            .All.Select(database => database.Settings.FindSchedule()?.Timeout ?? TimeSpan.Zero)
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
        return longest * StuckTimes > ShortestStuck ? longest * StuckTimes : ShortestStuck;
    }

    private static AlertFinding Stuck(string repository, string[] names, LockState held, DateTimeOffset now) =>
        new(
            AlertCondition.LockStuck,
            AlertSeverity.Medium,
            names,
            repository,
            $"{held.Operation} by {held.Holder} has held {repository} for {AlertRules.Rough(now - held.Since)}",
            "look whether it still gets on; ending its process frees the lock within 15 minutes"
        );

    private AlertFinding? StorageLow(string repository, FolderPlace place)
    {
        try
        {
            var drive = new DriveInfo(place.Path);
            var (free, total) = (drive.AvailableFreeSpace, drive.TotalSize);
            return setting.Storage.IsMissing(free, total)
                ? new AlertFinding(
                    AlertCondition.StorageLow,
                    AlertSeverity.High,
                    [.. databases.All.Where(database => PlaceOf(database)?.Place == place).Select(d => d.Name)],
                    repository,
                    $"{FreeSpace.TextOf(free)} of {FreeSpace.TextOf(total)} are free where {repository} is, and {setting.Storage} have to be",
                    $"make room: surety prune --dry-run --repo {repository}; or give the disk more"
                )
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A folder that is gone is unreachable, and told as that.
            return null;
        }
    }

    private static (string Name, FolderPlace Place)? PlaceOf(ServedDatabase database)
    {
        try
        {
            return database.Repository is { Place: FolderPlace folder } repository
                ? (repository.Name ?? folder.Path, folder)
                : null;
        }
        catch (SuretyException)
        {
            // Told by the judge.
            return null;
        }
    }
}
