using Surety.Core.Configuration;
using Surety.Repository.Errors;
using Surety.Repository.Locks;
using Surety.Repository.Storage;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>A repository that backups are made into, or copied to by themselves, and how it answered.</summary>
/// <param name="Name">As the configuration calls it, or where it is.</param>
/// <param name="Setting">Null where the configuration does not say what is needed.</param>
/// <param name="Databases">Whose backups are there, by their names in the configuration.</param>
/// <param name="IsForCopies">True where no backup is made into it.</param>
internal sealed record WatchedRepository(
    string Name,
    RepositorySetting? Setting,
    IReadOnlyList<string> Databases,
    bool IsForCopies
)
{
    /// <summary>Null where it was read.</summary>
    public RunError? Unreachable { get; init; }

    public IReadOnlyList<LockState> Locks { get; init; } = [];

    /// <summary>
    /// What is free of the disk that it is on, and how large that is. Null where that could not be asked, and of a bucket, which
    /// does not say how much it would take.
    /// </summary>
    public (long Free, long Total)? Disk { get; init; }

    /// <summary>True where it could not be looked at for that: what was wrong may still be.</summary>
    public bool IsUnknown(AlertCondition condition) =>
        Unreachable is not null
        || (condition == AlertCondition.StorageLow && Disk is null && Setting?.Place is FolderPlace);
}

/// <summary>All of them, each once whatever number of databases it serves.</summary>
internal sealed class WatchedRepositories(ServedDatabases databases, RepositoryViews views, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="reading">What the judge found out about those that backups are made into: they are not asked again.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<WatchedRepository>> ReadAsync(
        HealthReading reading,
        CancellationToken cancellationToken
    )
    {
        var targets = Targets();
        var own = reading
            .Databases.GroupBy(health => health.Repository)
            .Select(shared => OfOwn(shared, targets))
            .ToList();
        var others = targets
            .Where(target => !own.Exists(repository => IsOf(repository.Setting, target)))
            .GroupBy(target => target.Name)
            .Select(shared => LookAsync(shared, cancellationToken));
        WatchedRepository[] all = [.. own, .. await Task.WhenAll(others)];
        return await Task.WhenAll(all.Select(repository => WithDiskAsync(repository, cancellationToken)));
    }

    private WatchedRepository OfOwn(IGrouping<string, DatabaseHealth> shared, IReadOnlyList<CopyTarget> targets)
    {
        var names = shared.Select(health => health.Name);
        var setting = names
            .Select(name => databases.Find(name)!.FindRepository())
            .FirstOrDefault(found => found is not null);
        var copied = targets.Where(target => IsOf(setting, target)).Select(target => target.Database);
        return new WatchedRepository(shared.Key, setting, [.. names.Concat(copied).Distinct()], IsForCopies: false)
        {
            Unreachable = shared.Select(health => health.Unreachable).FirstOrDefault(error => error is not null),
            Locks = shared.First().Locks,
        };
    }

    private async Task<WatchedRepository> LookAsync(
        IGrouping<string, CopyTarget> shared,
        CancellationToken cancellationToken
    )
    {
        var target = shared.First();
        var repository = new WatchedRepository(
            shared.Key,
            target.Setting,
            [.. shared.Select(one => one.Database).Distinct()],
            IsForCopies: true
        );
        if (target.Setting is not { } setting)
        {
            return repository with { Unreachable = target.Problem };
        }

        try
        {
            var view = await views.ReadAsync(setting, cancellationToken);
            return repository with { Locks = view.Locks };
        }
        catch (SuretyException e)
        {
            return repository with { Unreachable = RunError.Of(e) };
        }
    }

    private List<CopyTarget> Targets() =>
        [
            .. databases.All.SelectMany(database =>
                database.Settings.FindAfterBackup().CopyTo.Select(written => TargetOf(database, written))
            ),
        ];

    private static CopyTarget TargetOf(ServedDatabase database, string written)
    {
        try
        {
            var setting = database.Settings.FindRepository(written);
            return new CopyTarget(database.Name, setting.Name ?? written, setting, null);
        }
        catch (SuretyException e)
        {
            return new CopyTarget(database.Name, written, null, RunError.Of(e));
        }
    }

    /// <summary>A disk of the network that hangs would hang whoever asks, so one that was not reached is not asked.</summary>
    private async Task<WatchedRepository> WithDiskAsync(
        WatchedRepository repository,
        CancellationToken cancellationToken
    )
    {
        if (repository is not { Unreachable: null, Setting.Place: FolderPlace folder })
        {
            return repository;
        }

        try
        {
            var asked = Task.Run(() => DiskOf(folder), cancellationToken);
            return repository with { Disk = await asked.WaitAsync(Patience, clock, cancellationToken) };
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or TimeoutException)
        {
            // Gone meanwhile: the next look finds it unreachable.
            return repository;
        }
    }

    private static (long Free, long Total) DiskOf(FolderPlace folder)
    {
        var drive = new DriveInfo(folder.Path);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }

    private static bool IsOf(RepositorySetting? setting, CopyTarget target) =>
        setting is not null && setting.Place == target.Setting?.Place;

    /// <param name="Problem">Why it is not known which one it is.</param>
    private sealed record CopyTarget(string Database, string Name, RepositorySetting? Setting, RunError? Problem);
}
