namespace Surety.Server.Runs;

/// <summary>
/// What is known of runs: a folder for a server alone, PostgreSQL for several together. What it holds is not needed to
/// restore anything.
/// </summary>
public interface IRunStore
{
    /// <summary>
    /// Keeps a run that is queued. Where one with its idempotency key is there already, nothing is kept and that one is
    /// returned.
    /// </summary>
    Task<Run> AddAsync(Run run, CancellationToken cancellationToken);

    /// <summary>Null where there is none, or no longer.</summary>
    Task<Run?> FindAsync(RunId id, CancellationToken cancellationToken);

    /// <summary>The newest first, without <see cref="Run.Result"/>: thousands of runs are listed, and a result can be large.</summary>
    Task<IReadOnlyList<Run>> ListAsync(RunFilter filter, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces a run by what <paramref name="change"/> makes of it, with nobody else's change in between; null leaves it as it
    /// is, and so does one that would let it run beside another of its lane. Returns the run as it is then, or null where it
    /// is gone.
    /// </summary>
    Task<Run?> ChangeAsync(RunId id, Func<Run, Run?> change, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps how far a run is; nothing where it is not running. Twice a second for each run, so it costs little, and it counts as
    /// no change: <see cref="Run.Revision"/> stays.
    /// </summary>
    Task TellAsync(RunId id, RunProgress progress, CancellationToken cancellationToken);

    /// <summary>Forgets the runs that ended before a time; returns them.</summary>
    Task<IReadOnlyList<RunId>> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Which runs; null is any.</summary>
public sealed record RunFilter
{
    /// <summary>All that has not ended, however many wait.</summary>
    public static RunFilter UnderWay { get; } = new() { HasEnded = false, Limit = int.MaxValue };

    public string? Database { get; init; }
    public string? Operation { get; init; }
    public bool? HasEnded { get; init; }
    public bool? IsScheduled { get; init; }
    public RunId? Parent { get; init; }

    /// <summary>Asked for at that time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Those that a list has after this run.</summary>
    public RunPosition? Before { get; init; }
    public int Limit { get; init; } = 100;

    internal bool Takes(Run run) =>
        (Since is null || run.QueuedAt >= Since)
        && (Before is not { } before || RunPosition.Of(run).CompareTo(before) < 0)
        && (Database is null || run.Request.Database == Database)
        && (Operation is null || run.Request.Operation == Operation)
        && (HasEnded is null || run.HasEnded == HasEnded)
        && (IsScheduled is null || run.Request.IsScheduled == IsScheduled)
        && (Parent is null || run.Request.Parent == Parent);
}

/// <summary>Where a run stands in lists: by the time it was asked for, then by its id.</summary>
public readonly record struct RunPosition(DateTimeOffset QueuedAt, RunId Id) : IComparable<RunPosition>
{
    public static RunPosition Of(Run run) => new(run.QueuedAt, run.Id);

    public int CompareTo(RunPosition other) =>
        QueuedAt.CompareTo(other.QueuedAt) is not 0 and var byTime ? byTime : Id.CompareTo(other.Id);
}
