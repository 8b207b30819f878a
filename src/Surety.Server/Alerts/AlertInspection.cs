using Surety.Core.Configuration.Serving;
using Surety.Server.Health;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>Looks at everything that alerts are about.</summary>
internal sealed class AlertInspection(
    BackupHealth judge,
    ServedDatabases databases,
    RepositoryViews views,
    AlertSetting setting
)
{
    private readonly AlertRules rules = new(setting);
    private readonly RepositoryRules repositories = new(databases, setting);
    private readonly SizeRules sizes = new(databases, views, setting);

    public async Task<Inspected> RunAsync(CancellationToken cancellationToken)
    {
        var reading = await judge.ReadAsync(cancellationToken);
        var findings = reading.Databases.SelectMany(rules.Of).Concat(repositories.Of(reading)).ToList();
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

        return new Inspected(reading, findings);
    }
}

/// <param name="Reading">What the judge said.</param>
/// <param name="Findings">What is wrong; each key once.</param>
internal sealed record Inspected(HealthReading Reading, IReadOnlyList<AlertFinding> Findings)
{
    /// <summary>
    /// True of what could not be looked at: its repository or the store of runs was not to be read. That is no recovery. What is
    /// about a database that the configuration no longer has is over.
    /// </summary>
    public bool IsUnknown(Alert alert)
    {
        var health = alert.Databases.Select(Reading.Find).OfType<DatabaseHealth>().ToList();
        return alert.Condition switch
        {
            AlertCondition.RepositoryUnreachable or AlertCondition.JobStoreUnreachable => false,
            AlertCondition.RunInterrupted
            or AlertCondition.BackupFailed
            or AlertCondition.DrillFailed
            or AlertCondition.CopyFailed when Reading.RunsUnknown is not null => health.Count > 0,
            _ => health.Exists(one => one.Unreachable is not null),
        };
    }
}
