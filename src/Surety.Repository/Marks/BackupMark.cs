using System.Text.Json.Serialization;
using Surety.Repository.Manifests;

namespace Surety.Repository.Marks;

/// <summary>
/// What is known of a backup that changes while the backup stays: the newest result of a check of it, or that it is pinned. Nothing is
/// restored from it, so it is read leniently, as a record of the journal is.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
public sealed record BackupMark
{
    public required BackupId Backup { get; init; }

    /// <summary>What it says something about, and the name of its document: one of the constants below.</summary>
    public required string Kind { get; init; }

    /// <summary>When the check ended, or the pin was set or taken off.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True where the backup passed the check; of <see cref="Pinned"/>, false where the pin was taken off again.</summary>
    public required bool Passed { get; init; }

    /// <summary>Why it did not pass, or why it is pinned; or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Of a drill: how long the restore took, its proof included. Seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RestoreSeconds { get; init; }

    /// <summary>Every object of it was read, and is as it was written.</summary>
    public const string Verified = "verified";

    /// <summary>It was restored, and the copy was proven equal.</summary>
    public const string Drilled = "drilled";

    /// <summary>It is kept whatever the retention says.</summary>
    public const string Pinned = "pinned";
}
