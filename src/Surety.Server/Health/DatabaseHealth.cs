using Surety.Core.Configuration.Serving;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Statistics;
using Surety.Server.Runs;

namespace Surety.Server.Health;

/// <summary>How well one database is protected, at one moment. Immutable.</summary>
public sealed record DatabaseHealth
{
    /// <summary>As the configuration calls it.</summary>
    public required string Name { get; init; }

    /// <summary>As the configuration calls it, or where it is; empty where not even that is known.</summary>
    public required string Repository { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What is promised.</summary>
    public required TargetSection Targets { get; init; }

    /// <summary>Why nothing is known of its backups; null where its repository was read. All that follows is empty then.</summary>
    public RunError? Unreachable { get; init; }

    /// <summary>
    /// Of the backups that stand for the database (<see cref="Manifest.StandsForDatabase"/>), as everything that is promised is
    /// measured by.
    /// </summary>
    public Manifest? Newest { get; init; }

    /// <summary>The newest of the same that was read back or restored, the newest such check having passed.</summary>
    public Manifest? NewestProven { get; init; }

    /// <summary>Of the newest backup.</summary>
    public TimeSpan? Age => At - Newest?.CreatedAt;

    /// <summary>Of the newest proven backup: how much would be lost now.</summary>
    public TimeSpan? ProvenAge => At - NewestProven?.CreatedAt;

    /// <summary>The proven age against the target.</summary>
    public TargetState Rpo =>
        Targets.Rpo is not { } target ? TargetState.None
        : Unreachable is not null ? TargetState.Unknown
        : ProvenAge <= target ? TargetState.Met
        : TargetState.Missed;

    /// <summary>How long the newest drilled backup took to come back, its proof included. Seconds.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>The measured restore against <see cref="TargetSection.RestoreTarget"/>: something is always promised.</summary>
    public TargetState Rto =>
        RestoreSeconds is not { } seconds ? TargetState.Unknown
        : seconds <= Targets.RestoreTarget.TotalSeconds ? TargetState.Met
        : TargetState.Missed;

    /// <summary>The newest drill, passed or not.</summary>
    public BackupMark? LastDrill { get; init; }

    /// <summary>The newest verification of one of its backups, passed or not.</summary>
    public BackupMark? LastVerification { get; init; }

    /// <summary>The backups that were tried, however they ended.</summary>
    public Attempts Backups { get; init; } = Attempts.None;

    /// <summary>Of one of its backups, or of all; one that found damage could be carried out.</summary>
    public Attempts Verifications { get; init; } = Attempts.None;

    public Attempts Drills { get; init; } = Attempts.None;

    /// <summary>To wherever; a copy of several backups at once, made by hand, is not among them.</summary>
    public Attempts Copies { get; init; } = Attempts.None;

    /// <summary>By where each backup is to be copied, as the configuration says it.</summary>
    public IReadOnlyDictionary<string, Attempts> CopiesTo { get; init; } = new Dictionary<string, Attempts>();

    /// <summary>Of its backups, or of all; plans are none.</summary>
    public Attempts Prunes { get; init; } = Attempts.None;

    /// <summary>What is known to be damaged, each as a lower-case fact.</summary>
    public IReadOnlyList<string> Damages { get; init; } = [];

    /// <summary>Of backups; the goal is <see cref="SuccessRate.Goal"/>.</summary>
    public SuccessRate Success => Backups.Rate;

    public StorageFacts Storage { get; init; } = new();

    /// <summary>Who holds its repository, now or until they died.</summary>
    public IReadOnlyList<LockState> Locks { get; init; } = [];

    /// <summary>The newest run of this database, running or ended; null where none is known.</summary>
    public Run? LastRun { get; init; }

    /// <summary>What is wrong, the worst first; empty where it is well.</summary>
    public IReadOnlyList<HealthFault> Faults { get; init; } = [];

    public bool IsWell => Faults.Count == 0;
}

/// <summary>Something measured against what is promised.</summary>
public enum TargetState
{
    /// <summary>Nothing is promised.</summary>
    None,
    Met,
    Missed,

    /// <summary>It was not measured.</summary>
    Unknown,
}

/// <summary>What can be wrong with the backups of a database, the worst first.</summary>
public enum HealthFault
{
    /// <summary>There is no backup that stands for the database.</summary>
    Missing,

    /// <summary>A verification found damage, or a document of the repository is damaged.</summary>
    Damaged,

    /// <summary>The newest backup has no rows, and an earlier one has.</summary>
    Empty,

    /// <summary>The newest proven backup is older than the target allows.</summary>
    Stale,

    /// <summary>No backup is proven, or the newest one has not been for too long.</summary>
    Unproven,

    /// <summary>The repository could not be read.</summary>
    Unreachable,
}

/// <summary>What the backups of a database hold and take.</summary>
public sealed record StorageFacts
{
    /// <summary>How many there are, of whatever kind.</summary>
    public int Backups { get; init; }

    /// <summary>Plain bytes of the newest one: how large the data is.</summary>
    public long DataBytes { get; init; }

    /// <summary>Plain bytes of all of them.</summary>
    public long HeldBytes { get; init; }

    /// <summary>
    /// What they hold and take, as the objects were last counted: no sum of what backups added tells it once some of them were
    /// pruned. Null where that was not done yet.
    /// </summary>
    public StorageFigures? Counted { get; init; }

    /// <summary>When they were; null likewise. What was done since is not in the figures.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    /// <summary>What all of them take in the repository. Bytes; null where it was not counted.</summary>
    public long? StoredBytes => Counted?.StoredBytes;

    /// <summary>How many times the data that is; null where there is no data, or nothing was counted.</summary>
    public double? Ratio => Counted?.StoredToData;

    /// <summary>How many times smaller they are than what they hold, by compression and for what they share; null likewise.</summary>
    public double? TimesSmaller =>
        Counted is { StoredBytes: > 0 } counted ? (double)counted.HeldBytes / counted.StoredBytes : null;
}
