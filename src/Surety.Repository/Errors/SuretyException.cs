namespace Surety.Repository.Errors;

/// <summary>
/// The one exception type that Surety throws on purpose. The message is a lower-case fact that also says what happened
/// to the data; the hint says what to do. Neither ever holds a secret.
/// </summary>
public sealed class SuretyException(ErrorCode code, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The stable name of the failure.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>What the reader can do about it, or null where nothing general can be said.</summary>
    public string? Hint { get; } = hint;

    /// <summary>What was being done, for example <c>backup</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>What it was done to: a table, a file, an object id.</summary>
    public string? Object { get; init; }

    /// <summary>True where the same call may succeed later with nothing changed.</summary>
    public bool IsTransient { get; init; }

    /// <summary>
    /// True where the repository could not be asked at all: it says nothing about the document or object that was wanted.
    /// </summary>
    public bool IsOutage =>
        IsTransient
        || Code
            is ErrorCode.RepositoryUnreachable
                or ErrorCode.RepositoryCredentials
                or ErrorCode.RepositoryAccessDenied
                or ErrorCode.ClockSkewed;

    /// <summary>The same failure, with what is true of the data now at the end of its message.</summary>
    public SuretyException With(string state) =>
        new(Code, $"{Message}; {state}", Hint, this) { IsTransient = IsTransient };
}
