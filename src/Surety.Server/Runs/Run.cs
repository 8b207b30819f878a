using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;

namespace Surety.Server.Runs;

/// <summary>How far a run is, or how it ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    Queued,
    Running,

    /// <summary>It did what it was to do.</summary>
    Done,

    /// <summary>It was checked and is not equal, damaged, incomplete or risky: the command line's exit code 3.</summary>
    NotSound,

    /// <summary>It needs a confirmation or an override, and did nothing.</summary>
    Refused,
    Failed,
    Cancelled,

    /// <summary>The server that ran it died or was stopped.</summary>
    Interrupted,
}

/// <summary>One operation that a server runs, from the request to its end. Immutable: the store replaces it whole.</summary>
public sealed record Run
{
    public required RunId Id { get; init; }

    public required RunRequest Request { get; init; }

    public RunState State { get; init; } = RunState.Queued;

    /// <summary>Of all runs of one lane, one is running at most; null where it may run beside any other.</summary>
    public string? Lane { get; init; }

    /// <summary>Counts the changes; the store sets it.</summary>
    public int Revision { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The server that runs it; null while nobody does.</summary>
    public string? Node { get; init; }

    /// <summary>Counted from 1; more than that where a run was taken over.</summary>
    public int Attempt { get; init; }

    /// <summary>True where somebody asked for its end before it came; a run can still have ended in another way.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Who did, and when; null where nobody did, or before servers kept it.</summary>
    public string? CancelRequestedBy { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Of a backup: true when everything that follows it was done, or there is nothing.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>The newest figures; kept for as long as it runs.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>What the command returned; null where it was ended before.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What the command printed under <c>--json</c>: up to some megabytes. Lists of runs do not have it.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The backup that it has made; null where it failed, was cancelled, has not ended, or makes none.</summary>
    public string? MadeBackup { get; init; }

    public RunError? Error { get; init; }

    /// <summary>What it warned of and told, the newest last; no more than <see cref="MostMessages"/>.</summary>
    public IReadOnlyList<string> Messages { get; init; } = [];

    public const int MostMessages = 100;

    /// <summary>As it is kept: nobody reads the files of a run that is over, which can be many and large.</summary>
    internal Run Kept() => HasEnded ? this with { Request = Request with { Scripts = [] } } : this;

    /// <summary>Whoever may see this database may see the run; null where that takes all.</summary>
    [JsonIgnore]
    public string? Concerns => Request.IsOfAllDatabases ? null : Request.Database;

    [JsonIgnore]
    public bool HasEnded => State is not (RunState.Queued or RunState.Running);
}

/// <summary>What is to be run, and for whom.</summary>
public sealed record RunRequest
{
    /// <summary>The command: <c>backup</c>, <c>rollback</c>, <c>drill</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>A name of the configuration. Runs of one database never overlap.</summary>
    public string? Database { get; init; }

    /// <summary>True where it tells of all databases in the repository: it is for who may see all.</summary>
    public bool IsOfAllDatabases { get; init; }

    /// <summary>What follows the command; never a secret, and nothing that names a database or repository.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Files that the command reads, for <c>check</c> and <c>rehearse</c>: their folder is its last argument. Gone when it has ended.</summary>
    public IReadOnlyList<RunScript> Scripts { get; init; } = [];

    /// <summary>Who asked: <c>user anna</c>, <c>token ci</c>, <c>schedule 0 2 * * *</c>.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>True where it is not to be run again when the server that ran it died or was stopped, though it could be.</summary>
    public bool IsOnce { get; init; }

    /// <summary>True for a backup that the schedule of its database asked for.</summary>
    public bool IsScheduled { get; init; }

    /// <summary>The backup that this run follows by itself: it verifies, copies, prunes or drills after it.</summary>
    public RunId? Parent { get; init; }

    /// <summary>Two requests with one key are one run.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What was asked for with that key, hashed: something else with the same key is a mistake.</summary>
    public string? RequestDigest { get; init; }

    /// <summary>After which it is ended; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; } = ScheduleSection.StandardTimeout;

    /// <summary>True where it writes files for download, into the folder that is its last argument.</summary>
    public bool HasOutput { get; init; }
}

/// <param name="Name">A file name without folders.</param>
/// <param name="Text">Its contents.</param>
public sealed record RunScript(string Name, string Text);

/// <summary>As the command line reports it with <c>--attached</c>. Bytes and seconds; totals are 0 where unknown.</summary>
public sealed record RunProgress(
    string Phase,
    int Tables,
    int TotalTables,
    long Rows,
    long Bytes,
    long TotalBytes,
    double ElapsedSeconds,
    string? Note
);

/// <summary>Why a run did not end well, with the command line's codes.</summary>
public sealed record RunError(string Code, string Message, string? Hint)
{
    /// <summary>A failure within the server itself, as the command line would tell it.</summary>
    public static RunError Of(SuretyException e) => new(ErrorNames.NameOf(e.Code), e.Message, e.Hint);
}
