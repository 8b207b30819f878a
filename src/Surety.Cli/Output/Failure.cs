using Surety.Cli.Commands;
using Surety.Repository.Errors;

namespace Surety.Cli.Output;

/// <summary>Why a command ended without a result, as people and scripts are told.</summary>
/// <param name="Code">Its stable name.</param>
/// <param name="Message">A lower-case fact that says what happened to the data.</param>
/// <param name="Hint">What to do, or null.</param>
/// <param name="Cause">Shown with its stack trace under <c>--verbose</c>, else null.</param>
internal sealed record Failure(ErrorCode Code, string Message, string? Hint, Exception? Cause = null)
{
    public int ExitCode => ExitCodes.Of(Code);

    public static Failure Of(SuretyException foreseen) => new(foreseen.Code, foreseen.Message, foreseen.Hint, foreseen);

    /// <summary>What an exception means.</summary>
    /// <param name="exception">What ended the command.</param>
    /// <param name="state">What is true of the data then, to end a sentence with.</param>
    /// <param name="stopping">Tells why an operation was cancelled.</param>
    public static Failure Of(Exception exception, string state, OperationCancellation stopping) =>
        exception switch
        {
            SuretyException foreseen => Of(foreseen),
            OperationCanceledException when stopping.Interrupted => new(
                ErrorCode.Cancelled,
                $"cancelled; {state}",
                null
            ),
            OperationCanceledException when stopping.TimedOut => new(
                ErrorCode.TimedOut,
                $"not done within {Units.Limit(stopping.Limit!.Value)}; {state}",
                "allow more with --timeout 2h, or any time with --timeout 0"
            ),
            // Nobody foresaw it: a defect.
            _ => new(
                ErrorCode.Internal,
                $"unexpected {exception.GetType().Name}: {Secrets.Hide(exception.Message.TrimEnd('.'))}; {state}",
                "this is a defect of surety: please report it with what the same command prints under --verbose",
                exception
            ),
        };
}
