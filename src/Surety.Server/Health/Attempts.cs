using Surety.Repository.Journal;
using Surety.Server.Runs;
using Surety.Server.Scheduling;

namespace Surety.Server.Health;

/// <summary>One try of an operation that has ended, well or not; one that somebody cancelled is none.</summary>
/// <param name="Error">Null where it succeeded.</param>
public sealed record Attempt(DateTimeOffset StartedAt, DateTimeOffset EndedAt, RunError? Error);

/// <summary>How an operation on one database went lately, oldest first.</summary>
public sealed record Attempts(IReadOnlyList<Attempt> All)
{
    /// <summary>What is counted.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(30);

    public static Attempts None { get; } = new([]);

    public Attempt? Last => All.Count > 0 ? All[^1] : null;

    public Attempt? LastSuccess => All.LastOrDefault(attempt => attempt.Error is null);

    /// <summary>How many have failed since the last success.</summary>
    public int FailuresInRow => All.Reverse().TakeWhile(attempt => attempt.Error is not null).Count();

    /// <summary>Within <see cref="Period"/>.</summary>
    public SuccessRate Rate
    {
        get
        {
            var failed = All.Count(attempt => attempt.Error is not null);
            return new SuccessRate(All.Count - failed, failed);
        }
    }

    /// <summary>
    /// From the journal, which knows what ran by hand too; and from the runs that it has no record of, since they were
    /// killed or could not open the repository. What was about a backup that does not stand for the database counts for
    /// neither: a rollback's safety backup ends no row of failures.
    /// </summary>
    internal static Attempts Of(string operation, DatabaseFacts facts)
    {
        var since = facts.Now - Period;
        var recorded = facts
            .View.Journal.Records.Where(record =>
                record.FinishedAt >= since
                && record.Operation == operation
                && record.Database == facts.DatabaseName
                && (record.Succeeded || record.Outcome == JournalRecord.Failed)
            )
            .Select(record => (Attempt: Recorded(record), record.Backup))
            .ToList();
        var aside = facts
            .View.Backups.Where(backup => !backup.StandsForDatabase)
            .Select(backup => backup.Id)
            .ToHashSet();
        var counted = recorded.Where(one => one.Backup is not { } backup || !aside.Contains(backup));
        var unrecorded = facts
            .Runs.Where(run => run.Request.Operation == operation && run.FinishedAt >= since && run.IsWhole())
            .Where(run => !recorded.Exists(one => IsWithin(one.Attempt, run)))
            .Select(Unrecorded)
            .OfType<Attempt>();
        return new Attempts([
            .. counted.Select(one => one.Attempt).Concat(unrecorded).OrderBy(attempt => attempt.StartedAt),
        ]);
    }

    private static bool IsWithin(Attempt attempt, Run run) =>
        attempt.StartedAt >= run.StartedAt && attempt.StartedAt <= run.FinishedAt;

    private static Attempt Recorded(JournalRecord record) =>
        new(
            record.StartedAt,
            record.FinishedAt,
            record.Succeeded ? null : new RunError(record.Error ?? "not-sound", record.Message ?? "it failed", null)
        );

    private static Attempt? Unrecorded(Run run) =>
        run is { State: RunState.Failed or RunState.Interrupted or RunState.NotSound, FinishedAt: { } end }
            ? new Attempt(run.StartedAt ?? run.QueuedAt, end, run.Error ?? Fallback(run.State))
            : null;

    private static RunError Fallback(RunState state) =>
        state == RunState.Interrupted
            ? new RunError("interrupted", "the server that ran it was stopped or died", null)
            : new RunError("not-sound", "it failed", null);
}

/// <summary>How often an operation did what it was to do.</summary>
public readonly record struct SuccessRate(int Succeeded, int Failed)
{
    /// <summary>What Surety promises of backups.</summary>
    public const double Goal = 0.999;

    /// <summary>From 0 to 1; null where nothing was tried.</summary>
    public double? Ratio => Succeeded + Failed == 0 ? null : (double)Succeeded / (Succeeded + Failed);
}
