using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;
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

    [LoggerMessage(400, LogLevel.Warning, "alert {Event}, {Severity}, {Key}: {Text}")]
    public static partial void Alerted(
        this ILogger logger,
        AlertEvent @event,
        AlertSeverity severity,
        string key,
        string text
    );

    [LoggerMessage(401, LogLevel.Error, "channel {Channel} did not take {Key}: {Failure}")]
    public static partial void ChannelFailed(this ILogger logger, string channel, string key, string failure);

    [LoggerMessage(402, LogLevel.Error, "alerts could not be looked after: {Failure}")]
    public static partial void AlertsNotKept(this ILogger logger, string failure);

    [LoggerMessage(403, LogLevel.Warning, "the heartbeat was not taken: {Failure}")]
    public static partial void HeartbeatFailed(this ILogger logger, string failure);
}
