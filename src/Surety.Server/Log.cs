using Surety.Server.Runs;

namespace Surety.Server;

/// <summary>Everything that a server logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "run {Run}: {Operation} of {Database} started for {RequestedBy}")]
    public static partial void Started(
        this ILogger logger,
        RunId run,
        string operation,
        string? database,
        string requestedBy
    );

    [LoggerMessage(2, LogLevel.Information, "run {Run}: {Operation} of {Database} ended: {State} {Message}")]
    public static partial void Ended(
        this ILogger logger,
        RunId run,
        string operation,
        string? database,
        RunState state,
        string? message
    );

    [LoggerMessage(3, LogLevel.Error, "run {Run} broke")]
    public static partial void Broke(this ILogger logger, RunId run, Exception exception);
}
