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

    [LoggerMessage(100, LogLevel.Warning, "run {Run}: its store does not answer: {Message}")]
    public static partial void StoreFailed(this ILogger logger, RunId run, string message);

    [LoggerMessage(101, LogLevel.Warning, "run {Run}: the server {Node} is gone; it is {State} now")]
    public static partial void TakenOver(this ILogger logger, RunId run, string? node, RunState state);

    [LoggerMessage(102, LogLevel.Warning, "{Database}: its changes cannot be seen: {Message}")]
    public static partial void WatchFailed(this ILogger logger, string database, string message);

    [LoggerMessage(103, LogLevel.Error, "{Task} failed, and is tried again")]
    public static partial void UpkeepFailed(this ILogger logger, string task, Exception exception);

    [LoggerMessage(104, LogLevel.Warning, "{Database}: a backup that was due at {Due} was missed and is skipped")]
    public static partial void Skipped(this ILogger logger, string database, DateTimeOffset due);

    [LoggerMessage(3, LogLevel.Error, "run {Run} broke")]
    public static partial void Broke(this ILogger logger, RunId run, Exception exception);
}
