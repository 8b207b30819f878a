using Surety.Repository.Manifests;
using Surety.Server.Dashboard.Controls;
using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>How a database stands, as pages show it: what <see cref="BackupHealth"/> judges, and what it was judged from.</summary>
public sealed record Standing
{
    public required ServedDatabase Database { get; init; }

    public required DatabaseHealth Health { get; init; }

    /// <summary>Null where the repository could not be read.</summary>
    public RepositoryView? View { get; init; }

    /// <summary>The newest first.</summary>
    public IReadOnlyList<Manifest> Backups { get; init; } = [];

    /// <summary>The newest first, of the server's own.</summary>
    public IReadOnlyList<Run> Runs { get; init; } = [];

    /// <summary>When it is backed up next by its schedule; null where that is not known.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public Run? Active => Runs.LastOrDefault(run => !run.HasEnded);

    public Run? LastEnded => Runs.FirstOrDefault(run => run.HasEnded);

    public TimeSpan? RestoreTime => Health.RestoreSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>True where something is known to be wrong; what nobody measured is neither that nor good.</summary>
    public bool NeedsAttention => Overall is Level.Bad or Level.Caution;

    /// <summary>The worst of what is known.</summary>
    public Level Overall =>
        Health.Faults.Any(fault => fault != HealthFault.Unproven) || IsSlow || IsDrillFailed ? Level.Bad
        : Health.Faults.Count > 0 || IsBackupFailed ? Level.Caution
        : IsUnmeasured ? Level.Plain
        : Level.Good;

    /// <summary>The same in the words of a heading.</summary>
    public string Summary =>
        Health.Faults.Count > 0 ? Of(Health.Faults[0])
        : IsDrillFailed ? "last drill failed"
        : IsSlow ? "restore too slow"
        : IsBackupFailed ? "last backup failed"
        : IsUnmeasured ? "restore time not measured"
        : "on target";

    private bool IsSlow => Health.Rto == TargetState.Missed;

    /// <summary>No drill tells whether it could be had back in time.</summary>
    public bool IsUnmeasured => Health.Rto == TargetState.Unknown;

    private bool IsDrillFailed => Health.LastDrill is { Passed: false };

    private bool IsBackupFailed => Health.Backups.Last is { Error: not null };

    private static string Of(HealthFault fault) =>
        fault switch
        {
            HealthFault.Missing => "no backup yet",
            HealthFault.Damaged => "damaged",
            HealthFault.Empty => "newest backup is empty",
            HealthFault.Stale => "late",
            HealthFault.Unproven => "not proven",
            _ => "cannot be read",
        };
}
