using System.Text.Json.Serialization;
using Surety.Repository.Manifests;

namespace Surety.Repository.Journal;

/// <summary>
/// What an operation did, written once it has ended. It is history and nothing is restored from it, so unlike other
/// documents it is read leniently: a later Surety may record more, and an older one passes over that.
/// </summary>
/// <remarks>
/// The members that are not required came later: records without them stay readable, and one that is null is not
/// written. No text in it ever holds a secret.
/// </remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record JournalRecord
{
    /// <summary>The command, for example <see cref="BackupOperation"/>; a reader passes over those it does not know.</summary>
    public required string Operation { get; init; }

    /// <summary>The backup that it was about: made, restored, drilled, rolled back to, or made before a guarded run.</summary>
    public required BackupId? Backup { get; init; }

    /// <summary>The database that it was about, or null.</summary>
    public required string? Database { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>Name of the machine that Surety ran on.</summary>
    public required string Host { get; init; }

    /// <summary>One of the constants below; a reader shows one that it does not know as it is.</summary>
    public required string Outcome { get; init; }

    /// <summary>The backup that a rollback made of the state that it replaced.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackupId? SafetyBackup { get; init; }

    /// <summary>The operating system's user that ran Surety.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init; }

    /// <summary>On whose behalf, where a program ran Surety for others: <c>token ci</c>, <c>schedule nightly</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedBy { get; init; }

    /// <summary>The role that it was in the database, where it used one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>The command line, for example <c>surety restore latest --into copy</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>The code of the error that ended it: <c>object-damaged</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Why it did not end well: the message of the error, or what a check found. Where it did, what it was about.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>The command that <c>guard</c> ran; null where it never started.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GuardedCommand? Guarded { get; init; }

    /// <summary>What was measured, by the names that the operation's <c>--json</c> has for it: <c>rows</c>, <c>restoreSeconds</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    /// <summary>Who agreed to the high risk of migrations, beforehand or when asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ApprovedBy { get; init; }

    /// <summary>Of a backup that was to hold some schemas only, also where it failed; null where it was of the whole database.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackupScope? Scope { get; init; }

    /// <summary>What was measured under a name; null where that was not.</summary>
    public double? Figure(string name) => Figures is { } all && all.TryGetValue(name, out var value) ? value : null;

    /// <summary>True where it did what it was to do.</summary>
    [JsonIgnore]
    public bool Succeeded => Outcome is Done or Incomplete;

    /// <summary>The backup to roll back to in order to undo this operation; null where there is nothing to undo.</summary>
    [JsonIgnore]
    public BackupId? WayBack =>
        this switch
        {
            { Operation: RollbackOperation or SchemaRollbackOperation, Outcome: Done } => SafetyBackup,
            { Operation: GuardOperation or MigrateOperation or MigrateDownOperation, Outcome: RolledBack } =>
                SafetyBackup,
            { Operation: MigrateOperation or MigrateDownOperation } when Figure("statements") > 0 => Backup,
            { Operation: GuardOperation, Guarded: not null } => Backup,
            _ => null,
        };

    public const string BackupOperation = "backup";
    public const string RollbackOperation = "rollback";
    public const string SchemaRollbackOperation = "schema rollback";
    public const string GuardOperation = "guard";
    public const string MigrateOperation = "migrate";
    public const string MigrateDownOperation = "migrate down";
    public const string ForgetOperation = "forget";
    public const string UnforgetOperation = "unforget";

    /// <summary>A backup came from another repository.</summary>
    public const string ReceiveOperation = "receive";

    public const string Done = "done";

    /// <summary>A backup that could not hold everything.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>It ended with an error, or found something that is not sound.</summary>
    public const string Failed = "failed";

    /// <summary>Stopped by somebody, and cleaned up.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>It needs a confirmation or an override, and did nothing.</summary>
    public const string Refused = "refused";

    /// <summary>A guarded run whose changes were taken back.</summary>
    public const string RolledBack = "rolled-back";
}

/// <param name="Command">As a shell takes it, without secrets.</param>
/// <param name="ExitCode">What it returned; null where it was ended before.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record GuardedCommand(string Command, int? ExitCode);
