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
        string message
    );

    [LoggerMessage(100, LogLevel.Warning, "run {Run}: its store does not answer: {Message}")]
    public static partial void StoreFailed(this ILogger logger, RunId run, string message);

    [LoggerMessage(101, LogLevel.Warning, "run {Run}: the server {Node} is gone; it is {State} now")]
    public static partial void TakenOver(this ILogger logger, RunId run, string? node, RunState state);

    [LoggerMessage(102, LogLevel.Warning, "{Database}: its changes cannot be seen: {Message}")]
    public static partial void WatchFailed(this ILogger logger, string database, string message);

    [LoggerMessage(103, LogLevel.Error, "{Task} failed, and is tried again")]
    public static partial void UpkeepFailed(this ILogger logger, string task, Exception exception);

    [LoggerMessage(105, LogLevel.Warning, "{Database}: whether a drill is due cannot be told: {Message}")]
    public static partial void DrillUnknown(this ILogger logger, string database, string message);

    [LoggerMessage(104, LogLevel.Warning, "{Database}: a backup that was due at {Due} was missed and is skipped")]
    public static partial void Skipped(this ILogger logger, string database, DateTimeOffset due);

    [LoggerMessage(106, LogLevel.Error, "files of runs that are over could not be removed from {Folder}: {Message}")]
    public static partial void NotTidied(this ILogger logger, string folder, string message);

    [LoggerMessage(3, LogLevel.Error, "run {Run} broke")]
    public static partial void Broke(this ILogger logger, RunId run, Exception exception);

    [LoggerMessage(200, LogLevel.Warning, "{Who} may not {What} on {Database}: refused")]
    public static partial void Refused(this ILogger logger, string who, string what, string? database);

    [LoggerMessage(201, LogLevel.Warning, "{Who} asked for {Operation} of {Database} without its typed name: refused")]
    public static partial void NotConfirmed(this ILogger logger, string who, string operation, string database);

    [LoggerMessage(202, LogLevel.Warning, "a token that is not known came from {Address}")]
    public static partial void TokenUnknown(this ILogger logger, string address);

    [LoggerMessage(203, LogLevel.Information, "{Who} signed in from {Address}")]
    public static partial void SignedIn(this ILogger logger, string who, string address);

    [LoggerMessage(204, LogLevel.Warning, "sign-in of {Who} from {Address} failed")]
    public static partial void SignInFailed(this ILogger logger, string who, string address);

    [LoggerMessage(205, LogLevel.Warning, "sign-in of {Who} from {Address} refused: too many failures")]
    public static partial void SignInThrottled(this ILogger logger, string who, string address);

    [LoggerMessage(206, LogLevel.Warning, "sign-in at the provider failed: {Reason}")]
    public static partial void ProviderFailed(this ILogger logger, string reason);

    [LoggerMessage(207, LogLevel.Error, "{Method} {Path} broke")]
    public static partial void RequestBroke(this ILogger logger, string method, string path, Exception exception);

    [LoggerMessage(
        208,
        LogLevel.Warning,
        "{Url} is reached from elsewhere without TLS: put a proxy with TLS in front, or nobody can sign in to the dashboard, and tokens can be read on the way"
    )]
    public static partial void PlainHttp(this ILogger logger, string url);

    [LoggerMessage(209, LogLevel.Information, "{Who} downloaded backup {Backup}: {Outcome}")]
    public static partial void Downloaded(this ILogger logger, string who, string backup, string outcome);

    [LoggerMessage(210, LogLevel.Error, "the journal has no record of this {Operation}: {Reason}")]
    public static partial void NotRecorded(this ILogger logger, string operation, string reason);

    [LoggerMessage(211, LogLevel.Error, "{Key} in the state folder is damaged, and its sessions have ended: {Message}")]
    public static partial void KeyDamaged(this ILogger logger, string key, string message);

    [LoggerMessage(212, LogLevel.Error, "that a session was ended could not be kept, and it goes on")]
    public static partial void SessionNotEnded(this ILogger logger, Exception exception);

    [LoggerMessage(213, LogLevel.Error, "what the backups in {Repository} take could not be counted")]
    public static partial void NotCounted(this ILogger logger, string repository, Exception exception);

    [LoggerMessage(
        214,
        LogLevel.Information,
        "run {Run}: {Operation} of {Database}, asked for by {RequestedBy}, is cancelled by {Who}"
    )]
    public static partial void Cancelled(
        this ILogger logger,
        RunId run,
        string operation,
        string? database,
        string requestedBy,
        string who
    );

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

    [LoggerMessage(404, LogLevel.Error, "channel {Channel} will never be told {Event} of {Key}: {Reason}")]
    public static partial void NoticeGivenUp(
        this ILogger logger,
        string channel,
        AlertEvent @event,
        string key,
        string reason
    );
}
