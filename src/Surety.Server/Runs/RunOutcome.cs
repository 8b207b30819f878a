using System.Text.Json;
using Surety.Repository.Retention;

namespace Surety.Server.Runs;

/// <summary>What the end of a command means: exit codes are those of docs/cli.md.</summary>
internal static class RunOutcome
{
    private const int NotSound = 3;
    private const int Refused = 4;
    private const int Cancelled = 130;

    /// <param name="run">What was run.</param>
    /// <param name="outcome">How the program ended.</param>
    /// <param name="serverStops">True where the server is why it was stopped.</param>
    public static Run Of(Run run, ProgramOutcome outcome, bool serverStops)
    {
        var state = StateOf(outcome, serverStops);
        var error =
            outcome.WasLate ? TimedOut(run, outcome)
            : outcome.ExitCode is null ? Killed
            : ErrorOf(outcome);
        var result = error is null || HasResult(outcome) ? outcome.Document : null;
        return run with
        {
            State = state,
            ExitCode = outcome.ExitCode,
            Result = result,
            MadeBackup = MakesBackup(run, state) && result is { } document ? Text(document, "id") : null,
            Error = error,
        };
    }

    private static bool MakesBackup(Run run, RunState state) =>
        run.Request.Operation == "backup" && state is (RunState.Done or RunState.NotSound);

    private static RunState StateOf(ProgramOutcome outcome, bool serverStops) =>
        outcome switch
        {
            { ExitCode: 0 } => RunState.Done,
            { ExitCode: NotSound } => RunState.NotSound,
            { ExitCode: Refused } => RunState.Refused,
            { WasLate: true } => RunState.Failed,
            { ExitCode: Cancelled or null } when serverStops => RunState.Interrupted,
            { ExitCode: Cancelled or null } => RunState.Cancelled,
            _ => RunState.Failed,
        };

    private static RunError? TimedOut(Run run, ProgramOutcome outcome) =>
        outcome.ExitCode is 0 or NotSound or Refused
            ? null
            : new RunError(
                "timed-out",
                $"did not end within {DurationText.Of(run.Request.Timeout ?? TimeSpan.Zero)}, and was "
                    + (outcome.ExitCode is null ? "killed: it did not end when it was told to" : "ended"),
                FreedLater
            );

    private static RunError Killed { get; } =
        new("cancelled", "did not end when it was told to, and was killed", FreedLater);

    private const string FreedLater =
        "what it held is freed by the next operation of the repository, once its lease is over";

    private static bool HasResult(ProgramOutcome outcome) =>
        outcome.Document is { ValueKind: JsonValueKind.Object } && FailureOf(outcome) is null;

    /// <summary>
    /// What a command that failed prints instead of a result, which has a code. A result may have an error of its own: that of
    /// the statement at which a rehearsal stopped.
    /// </summary>
    private static JsonElement? FailureOf(ProgramOutcome outcome) =>
        outcome.Document is { ValueKind: JsonValueKind.Object } document
        && document.TryGetProperty("error", out var error)
        && Text(error, "code") is not null
            ? error
            : null;

    private static RunError? ErrorOf(ProgramOutcome outcome)
    {
        if (FailureOf(outcome) is { } error)
        {
            return new RunError(Text(error, "code")!, Text(error, "message") ?? "", Text(error, "hint"));
        }

        return outcome.ExitCode is 0 or NotSound or Refused or Cancelled
            ? null
            : new RunError("internal", $"ended with {outcome.ExitCode} and printed no document", null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
