using System.Text.Json.Serialization;
using Surety.Repository.Manifests;

namespace Surety.Repository.Journal;

/// <summary>
/// What an operation did, written once it has ended. It is history and nothing is restored from it, so unlike other
/// documents it is read leniently: a later Surety may record more, and an older one passes over that.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record JournalRecord
{
    /// <summary>The command, for example <see cref="BackupOperation"/>; a reader passes over those it does not know.</summary>
    public required string Operation { get; init; }

    /// <summary>The backup that it was about, or null.</summary>
    public required BackupId? Backup { get; init; }

    /// <summary>The database that it was about, or null.</summary>
    public required string? Database { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Name of the machine that Surety ran on.</summary>
    public required string Host { get; init; }

    /// <summary><see cref="Done"/>, or <see cref="Incomplete"/> for a backup that could not hold everything.</summary>
    public required string Outcome { get; init; }

    public const string BackupOperation = "backup";
    public const string Done = "done";
    public const string Incomplete = "incomplete";
}
