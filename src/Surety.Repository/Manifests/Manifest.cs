using System.Text.Json.Serialization;
using Surety.Repository.Objects;

namespace Surety.Repository.Manifests;

/// <summary>
/// The document that makes a backup exist. It is small, so that listing stays fast: what the backup holds in detail is
/// a <see cref="BackupContents"/> document, kept as objects and named by <see cref="Contents"/>.
/// </summary>
public sealed record Manifest
{
    /// <summary>Key of the tag that a rollback's safety backup has; its value is the backup that was rolled back to.</summary>
    public const string SafetyTag = "before-rollback-to";

    public required BackupId Id { get; init; }

    /// <summary>Name of the database that was backed up.</summary>
    public required string Database { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>When Surety began; the backup's id carries the same second.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The server's clock when the snapshot was taken: the instant that the backup shows.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required BackupSource Source { get; init; }

    public required BackupFigures Figures { get; init; }

    /// <summary>
    /// What it is limited to; null for the whole database, and in manifests from before there was this member. Left out of the
    /// document then, which every Surety reads.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BackupScope? Scope { get; init; }

    /// <summary>True for what a rollback kept of the state that somebody wanted to leave.</summary>
    [JsonIgnore]
    public bool IsSafety => Tags.ContainsKey(SafetyTag);

    /// <summary>
    /// True where it stands for its database: it holds the whole of it, as it was meant to be. What is promised of a database is
    /// measured by these alone.
    /// </summary>
    [JsonIgnore]
    public bool StandsForDatabase => Scope is null && !IsSafety;

    /// <summary>What the backup could not take, each with the reason. Empty for a complete backup.</summary>
    public IReadOnlyList<IncompleteItem> Incomplete { get; init; } = [];

    /// <summary>Version of Surety that wrote this.</summary>
    public required string SuretyVersion { get; init; }

    /// <summary>Where the <see cref="BackupContents"/> document is.</summary>
    public required StoredStream Contents { get; init; }
}

/// <summary>The server and the snapshot that a backup was read from.</summary>
public sealed record BackupSource
{
    /// <summary><c>server_version</c>, for example <c>15.18 (Debian 15.18-0+deb12u1)</c>.</summary>
    public required string ServerVersion { get; init; }

    /// <summary><c>server_version_num</c>, for example 150018.</summary>
    public required int ServerVersionNumber { get; init; }

    [JsonIgnore]
    public int ServerMajor => ServerVersionNumber / 10000;

    /// <summary><c>pg_control_system().system_identifier</c>, or null where the role may not read it.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>The role that read the rows.</summary>
    public required string Role { get; init; }

    /// <summary>
    /// <c>serializable deferrable</c>, <c>repeatable read</c>, or <c>read committed</c> where every table was locked against
    /// writers.
    /// </summary>
    public required string Isolation { get; init; }

    /// <summary>What <c>pg_export_snapshot()</c> returned.</summary>
    public required string Snapshot { get; init; }

    /// <summary>What <c>pg_current_snapshot()</c> returned.</summary>
    public required string TransactionSnapshot { get; init; }

    /// <summary>The WAL position when the snapshot was taken; on a standby the last one replayed.</summary>
    public required string Lsn { get; init; }

    /// <summary>True where the backup was read from a hot standby.</summary>
    public bool InRecovery { get; init; }
}

/// <summary>Sizes are bytes; stored sizes include object headers.</summary>
public sealed record BackupFigures
{
    public required int Tables { get; init; }
    public required long Rows { get; init; }

    /// <summary>Plain bytes of everything that the backup holds, before deduplication and compression.</summary>
    public required long RawBytes { get; init; }

    /// <summary>Bytes in the repository of all distinct objects that the backup names.</summary>
    public required long StoredBytes { get; init; }

    /// <summary>Bytes that this backup added to the repository.</summary>
    public required long NewBytes { get; init; }

    /// <summary>Number of distinct objects that the backup names.</summary>
    public required int Objects { get; init; }

    /// <summary>Number of objects that this backup added.</summary>
    public required int NewObjects { get; init; }
    public required double DurationSeconds { get; init; }
}

/// <summary>Something that a backup does not hold.</summary>
/// <param name="Kind">What it is: <c>table rows</c>, <c>foreign table rows</c>, <c>sequence</c>, <c>large object</c>, ...</param>
/// <param name="Name">Its qualified name.</param>
/// <param name="Reason">Why it could not be taken.</param>
public sealed record IncompleteItem(string Kind, string Name, string Reason);

/// <summary>A byte stream kept as objects, in order.</summary>
public sealed record StoredStream(long Length, IReadOnlyList<ObjectId> Parts);
