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
        var error = outcome.ExitCode is null ? Killed(run) : ErrorOf(outcome);
        return run with
        {
            State = StateOf(outcome.ExitCode, serverStops),
            ExitCode = outcome.ExitCode,
            Result = error is null || HasResult(outcome) ? outcome.Document : null,
            Error = error,
        };
    }

    private static RunState StateOf(int? exitCode, bool serverStops) =>
        exitCode switch
        {
            0 => RunState.Done,
            NotSound => RunState.NotSound,
            Refused => RunState.Refused,
            Cancelled when serverStops => RunState.Interrupted,
            Cancelled => RunState.Cancelled,
            null when serverStops => RunState.Interrupted,
            _ => RunState.Failed,
        };

    private static RunError Killed(Run run) =>
        new(
            "timed-out",
            run.Request.Timeout is { } limit
                ? $"did not end within {DurationText.Of(limit)}, nor when it was told to, and was killed"
                : "did not end when it was told to, and was killed",
            "what it held is freed by the next operation; see docs/operations.md"
        );

    private static bool HasResult(ProgramOutcome outcome) =>
        outcome.Document is { ValueKind: JsonValueKind.Object } document && !document.TryGetProperty("error", out _);

    private static RunError? ErrorOf(ProgramOutcome outcome)
    {
        if (
            outcome.Document is { ValueKind: JsonValueKind.Object } document
            && document.TryGetProperty("error", out var error)
            && error.ValueKind == JsonValueKind.Object
        )
        {
            return new RunError(Text(error, "code") ?? "internal", Text(error, "message") ?? "", Text(error, "hint"));
        }

        return outcome.ExitCode is 0 or NotSound or Refused
            ? null
            : new RunError("internal", $"ended with {outcome.ExitCode} and printed no document", null);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
