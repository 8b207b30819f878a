using Surety.Core.Configuration.Serving;
using Surety.Server.Health;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>Looks at everything that alerts are about.</summary>
internal sealed class AlertInspection(
    BackupHealth judge,
    ServedDatabases databases,
    RepositoryViews views,
    AlertSetting setting,
    TimeProvider clock
)
{
    private readonly AlertRules rules = new(setting);
    private readonly WatchedRepositories repositories = new(databases, views, clock);
    private readonly RepositoryRules repositoryRules = new(databases, setting);
    private readonly SizeRules sizes = new(databases, views, setting);

    public async Task<Inspected> RunAsync(CancellationToken cancellationToken)
    {
        var reading = await judge.ReadAsync(cancellationToken);
        var findings = reading.Databases.SelectMany(rules.Of).ToList();
        var watched = await repositories.ReadAsync(reading, cancellationToken);
        findings.AddRange(watched.SelectMany(repository => repositoryRules.Of(repository, reading.At)));
        foreach (var health in reading.Databases.Where(health => health.Unreachable is null))
        {
            findings.AddRange(await sizes.OfAsync(health, cancellationToken));
        }

        if (reading.RunsUnknown is { } error)
        {
            string[] all = [.. reading.Databases.Select(health => health.Name)];
            findings.Add(
                new AlertFinding(
                    AlertCondition.JobStoreUnreachable,
                    AlertSeverity.High,
                    all,
                    null,
                    error.Message,
                    error.Hint
                )
            );
        }

        return new Inspected(reading, watched, findings);
    }
}

/// <param name="Reading">What the judge said.</param>
/// <param name="Repositories">How they answered, those for copies too.</param>
/// <param name="Findings">What is wrong; each key once.</param>
internal sealed record Inspected(
    HealthReading Reading,
    IReadOnlyList<WatchedRepository> Repositories,
    IReadOnlyList<AlertFinding> Findings
)
{
    /// <summary>
    /// True of what could not be looked at: its repository or the store of runs was not to be read. That is no recovery. What is
    /// about a database that the configuration no longer has is over.
    /// </summary>
    public bool IsUnknown(Alert alert)
    {
        var health = alert.Databases.Select(Reading.Find).OfType<DatabaseHealth>().ToList();
        var isUnreachable = health.Exists(one => one.Unreachable is not null);
        return alert.Condition switch
        {
            AlertCondition.RepositoryUnreachable or AlertCondition.JobStoreUnreachable => false,
            AlertCondition.LockStuck or AlertCondition.StorageLow => Find(alert.Object) is { } repository
                ? repository.IsUnknown(alert.Condition)
                : isUnreachable,
            AlertCondition.RunInterrupted
            or AlertCondition.BackupFailed
            or AlertCondition.VerifyFailed
            or AlertCondition.DrillFailed
            or AlertCondition.CopyFailed
            or AlertCondition.PruneFailed when Reading.RunsUnknown is not null => health.Count > 0,
            _ => isUnreachable,
        };
    }

    private WatchedRepository? Find(string? name) => Repositories.FirstOrDefault(repository => repository.Name == name);
}
