using System.Text.Json;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>A run as the API tells it.</summary>
public sealed record RunDocument
{
    public required RunId Id { get; init; }

    /// <summary>The command: backup, rollback, verify.</summary>
    public required string Operation { get; init; }

    /// <summary>The name in the configuration; null where it concerns none.</summary>
    public required string? Database { get; init; }

    /// <summary>Who asked for it: token ci, user anna, schedule ...</summary>
    public required string RequestedBy { get; init; }

    /// <summary>queued, running, done, not-sound, refused, failed, cancelled or interrupted.</summary>
    public required string State { get; init; }

    public required bool HasEnded { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>True where somebody asked for its end before it came.</summary>
    public required bool CancelRequested { get; init; }

    /// <summary>Who did: user anna; null where nobody did.</summary>
    public required string? CancelRequestedBy { get; init; }

    public required DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>The newest figures, while it runs.</summary>
    public required RunProgress? Progress { get; init; }

    /// <summary>What the command returned; null while it runs, or where it was killed.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>The document of the command, as docs/cli.md describes it; null where there is none, and in lists.</summary>
    public required JsonElement? Result { get; init; }

    /// <summary>Why it did not end well, with the codes of docs/errors.md.</summary>
    public required RunError? Error { get; init; }

    /// <summary>What it told and warned of.</summary>
    public required IReadOnlyList<string> Messages { get; init; }

    /// <summary>The run that this one follows.</summary>
    public required RunId? Parent { get; init; }

    public required RunLinks Links { get; init; }

    internal static RunDocument Of(Run run) =>
        new()
        {
            Id = run.Id,
            Operation = run.Request.Operation,
            Database = run.Request.Database,
            RequestedBy = run.Request.RequestedBy,
            State = JsonNamingPolicy.KebabCaseLower.ConvertName(run.State.ToString()),
            HasEnded = run.HasEnded,
            QueuedAt = run.QueuedAt,
            StartedAt = run.StartedAt,
            FinishedAt = run.FinishedAt,
            CancelRequested = run.CancelRequested,
            CancelRequestedBy = run.CancelRequestedBy,
            CancelRequestedAt = run.CancelRequestedAt,
            Progress = run.Progress,
            ExitCode = run.ExitCode,
            Result = run.Result,
            Error = run.Error,
            Messages = run.Messages,
            Parent = run.Request.Parent,
            Links = RunLinks.Of(run),
        };
}

/// <param name="Self">The run.</param>
/// <param name="Events">Its progress as server-sent events.</param>
/// <param name="Files">What it wrote for download; null where it writes nothing.</param>
public sealed record RunLinks(string Self, string Events, string? Files)
{
    internal static string SelfOf(RunId id) => $"{ApiServices.Root}/runs/{id}";

    internal static RunLinks Of(Run run) =>
        new(SelfOf(run.Id), $"{SelfOf(run.Id)}/events", run.Request.HasOutput ? $"{SelfOf(run.Id)}/files" : null);
}
