using Surety.Repository.Journal;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Health;

/// <summary>An operation whose success or failure matters, and what a failure of it is.</summary>
/// <param name="Name">As runs and the journal call it.</param>
internal sealed record WatchedOperation(string Name)
{
    public static WatchedOperation Backup { get; } = new(JournalRecord.BackupOperation);

    /// <summary>What it finds is its success; that it could not look is its failure.</summary>
    public static WatchedOperation Verify { get; } = new("verify") { Finds = true, MayBeOfAll = true };
    public static WatchedOperation Drill { get; } = new("drill");
    public static WatchedOperation Copy { get; } = new("copy");
    public static WatchedOperation Prune { get; } = new("prune") { MayBeOfAll = true };

    public static IReadOnlyList<WatchedOperation> All { get; } = [Backup, Verify, Drill, Copy, Prune];

    private bool Finds { get; init; }

    /// <summary>True where one that names no database is of all, and its success is one of each.</summary>
    private bool MayBeOfAll { get; init; }

    /// <summary>One that was told what it is copied to tells of that copy alone; null for any.</summary>
    public string? Target { get; init; }

    /// <summary>Null where it tells nothing: it was cancelled, or refused.</summary>
    public Attempt? AttemptOf(Run run) =>
        run is not { FinishedAt: { } end } || !Is(run) ? null
        : run.State is RunState.Done || (Finds && run.State is RunState.NotSound)
            ? new Attempt(run.StartedAt ?? run.QueuedAt, end, null)
        : run.State is RunState.Failed or RunState.Interrupted or RunState.NotSound
            ? new Attempt(run.StartedAt ?? run.QueuedAt, end, run.Error ?? Fallback(run.State))
        : null;

    /// <summary>What the journal has, the newest first, back to the last success before a time; none that tells nothing.</summary>
    public IEnumerable<RecordedAttempt> AttemptsIn(DatabaseFacts facts, DateTimeOffset from)
    {
        var own = Newest(facts.View, facts.DatabaseName, from);
        return MayBeOfAll ? own.Concat(Newest(facts.View, null, from).Where(one => one.Attempt.Error is null)) : own;
    }

    private IEnumerable<RecordedAttempt> Newest(RepositoryView view, string? databaseName, DateTimeOffset from)
    {
        var records = view.RecordsOf(Name, databaseName);
        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (AttemptOf(records[i]) is not { } attempt)
            {
                continue;
            }

            var counts = !view.Aside.Contains(records[i]);
            yield return new RecordedAttempt(attempt, counts);
            if (counts && attempt.Error is null && attempt.EndedAt < from)
            {
                yield break;
            }
        }
    }

    private Attempt? AttemptOf(JournalRecord record) =>
        Target is { } target && !IsTo(target, record.Command) ? null
        : record.Succeeded || (Finds && record is { Outcome: JournalRecord.Failed, Error: null })
            ? new Attempt(record.StartedAt, record.FinishedAt, null)
        : record.Outcome == JournalRecord.Failed
            ? new Attempt(
                record.StartedAt,
                record.FinishedAt,
                new RunError(record.Error ?? "not-sound", record.Message ?? "it failed", null)
            )
        : null;

    private bool Is(Run run) =>
        run.Request.Operation == Name
        && !run.Request.Arguments.Contains("--dry-run")
        && (Target is not { } target || IsTo(target, string.Join(' ', run.Request.Arguments)));

    private static bool IsTo(string target, string? command) => $"{command} ".Contains($" --to {target} ");

    private static RunError Fallback(RunState state) =>
        state == RunState.Interrupted
            ? new RunError("interrupted", "the server that ran it was stopped or died", null)
            : new RunError("not-sound", "it failed", null);
}

/// <param name="Attempt">As the journal has it.</param>
/// <param name="Counts">False of one that was about a backup that does not stand for the database; its run counts neither.</param>
internal readonly record struct RecordedAttempt(Attempt Attempt, bool Counts);
