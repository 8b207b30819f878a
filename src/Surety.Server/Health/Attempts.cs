using Surety.Server.Runs;
using Surety.Server.Scheduling;

namespace Surety.Server.Health;

/// <summary>One try of an operation that has ended, well or not; one that somebody cancelled is none.</summary>
/// <param name="Error">Null where it succeeded.</param>
public sealed record Attempt(DateTimeOffset StartedAt, DateTimeOffset EndedAt, RunError? Error);

/// <summary>How an operation on one database went, as far back as something can be said of now.</summary>
/// <param name="All">
/// Oldest first: those of <see cref="Period"/>, and before it those back to the last success. However long ago the last one
/// failed, nobody has done better since.
/// </param>
/// <param name="CountedFrom">When the period began.</param>
public sealed record Attempts(IReadOnlyList<Attempt> All, DateTimeOffset CountedFrom)
{
    /// <summary>What <see cref="Rate"/> counts.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromDays(30);

    public static Attempts None { get; } = new([], DateTimeOffset.MinValue);

    public Attempt? Last => All.Count > 0 ? All[^1] : null;

    public Attempt? LastSuccess => All.LastOrDefault(attempt => attempt.Error is null);

    /// <summary>How many have failed since the last success.</summary>
    public int FailuresInRow => All.Reverse().TakeWhile(attempt => attempt.Error is not null).Count();

    /// <summary>Within <see cref="Period"/>.</summary>
    public SuccessRate Rate
    {
        get
        {
            var counted = All.Where(attempt => attempt.EndedAt >= CountedFrom).ToList();
            var failed = counted.Count(attempt => attempt.Error is not null);
            return new SuccessRate(counted.Count - failed, failed);
        }
    }

    /// <summary>
    /// From the journal, which knows what ran by hand too; and from the runs that it has no record of, since they were
    /// killed or could not open the repository. What was about a backup that does not stand for the database counts for
    /// neither: a rollback's safety backup ends no row of failures.
    /// </summary>
    internal static Attempts Of(WatchedOperation operation, DatabaseFacts facts)
    {
        var from = facts.Now - Period;
        var recorded = operation.AttemptsIn(facts, from).OrderBy(one => one.Attempt.StartedAt).ToList();
        var starts = recorded.ConvertAll(one => one.Attempt.StartedAt);
        var counted = recorded.Where(one => one.Counts).Select(one => one.Attempt);
        var unrecorded =
            from run in facts.Runs
            where run.IsWhole()
            let attempt = operation.AttemptOf(run)
            where attempt is not null && !HasWithin(starts, run)
            select attempt;
        return new Attempts([.. counted.Concat(unrecorded).OrderBy(attempt => attempt.StartedAt)], from);
    }

    /// <param name="starts">When those that the journal has began, in order.</param>
    /// <param name="run">One that may be among them.</param>
    private static bool HasWithin(List<DateTimeOffset> starts, Run run)
    {
        if (run.StartedAt is not { } start)
        {
            return false;
        }

        var found = starts.BinarySearch(start);
        var next = found < 0 ? ~found : found;
        return next < starts.Count && starts[next] <= run.FinishedAt;
    }
}

/// <summary>How often an operation did what it was to do.</summary>
public readonly record struct SuccessRate(int Succeeded, int Failed)
{
    /// <summary>What Surety promises of backups.</summary>
    public const double Goal = 0.999;

    /// <summary>From 0 to 1; null where nothing was tried.</summary>
    public double? Ratio => Succeeded + Failed == 0 ? null : (double)Succeeded / (Succeeded + Failed);
}
