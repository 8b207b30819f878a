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

    /// <summary>A failure that Surety foresaw.</summary>
    public static Failure Of(SuretyException exception) =>
        new(exception.Code, exception.Message, exception.Hint, exception);

    /// <summary>A failure that nobody foresaw: a defect.</summary>
    public static Failure Unexpected(Exception exception, string state) =>
        new(
            ErrorCode.Internal,
            $"unexpected {exception.GetType().Name}: {Secrets.Hide(exception.Message.TrimEnd('.'))}; {state}",
            "this is a defect of surety: please report it with what the same command prints under --verbose",
            exception
        );

    public static Failure Cancelled(string state) => new(ErrorCode.Cancelled, $"cancelled; {state}", null);

    public static Failure TimedOut(TimeSpan limit, string state) =>
        new(
            ErrorCode.TimedOut,
            $"not done within {Units.Limit(limit)}; {state}",
            "allow more with --timeout 2h, or any time with --timeout 0"
        );
}
