namespace Surety.Server.Runs;

/// <summary>What becomes of a run whose server died or was stopped.</summary>
internal static class RunTakeover
{
    /// <summary>A run that ends its server each time must not do so for ever.</summary>
    public const int MostAttempts = 3;

    /// <summary>
    /// What leaves databases as they are, and can be done twice. A restore or a rollback that was cut short is for a person
    /// to look at: its journal says how far it came.
    /// </summary>
    private static readonly HashSet<string> Repeatable =
    [
        "backup",
        "verify",
        "validate",
        "diff",
        "drill",
        "copy",
        "prune",
        "check",
        "rehearse",
        "export",
    ];

    /// <summary>The run as it waits for its next attempt, or as it has ended.</summary>
    /// <param name="run">One that was running.</param>
    /// <param name="at">When this was found out.</param>
    public static Run After(Run run, DateTimeOffset at)
    {
        var fact = $"the server {run.Node} died or was stopped while it ran";
        return MayRepeat(run)
            ? run with
            {
                State = RunState.Queued,
                Node = null,
                StartedAt = null,
                Progress = null,
                FinishedAt = null,
                ExitCode = null,
                Error = null,
                Messages = [.. run.Messages, $"attempt {run.Attempt} was interrupted: {fact}"],
            }
            : run with
            {
                State = RunState.Interrupted,
                Progress = null,
                FinishedAt = at,
                Error =
                    run.Error
                    ?? new RunError("interrupted", fact, "surety journal says how far it came; start it again by hand"),
            };
    }

    private static bool MayRepeat(Run run) =>
        Repeatable.Contains(run.Request.Operation)
        && run.Attempt < MostAttempts
        && run is { CancelRequested: false, Request.IsOnce: false };
}
