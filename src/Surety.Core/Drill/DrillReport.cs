using Surety.Core.Postgres;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Core.Drill;

/// <summary>Where and how a backup is drilled.</summary>
public sealed record DrillOptions
{
    /// <summary>A server to make the copy on, and a database of it to connect to; null for a scratch server.</summary>
    public ConnectionTarget? Into { get; init; }

    /// <summary>Number of sessions that load or read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    public IReadOnlyList<DrillAssertion> Assertions { get; init; } = [];
}

/// <summary>What a drill showed.</summary>
public sealed record DrillReport
{
    public required Manifest Backup { get; init; }

    /// <summary>Why the backup is not proven, each as a lower-case fact; empty where it is.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Version of the server that the copy was made on; null where it did not come to that.</summary>
    public string? ServerVersion { get; init; }

    /// <summary>How long the restore took, its proof by receipts included; null where it did not come to its end.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>From the beginning until everything was checked; what removing the copy takes comes after it.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>Rows that were restored.</summary>
    public long Rows { get; init; }

    public IReadOnlyList<AssertionResult> Assertions { get; init; } = [];

    /// <summary>What people should know beside, each as a line.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public bool IsProven => Failures.Count == 0;

    /// <summary>What the backup is to be marked with.</summary>
    public BackupMark Mark(DateTimeOffset at) =>
        new()
        {
            Backup = Backup.Id,
            Kind = BackupMark.Drilled,
            At = at,
            Passed = IsProven,
            Reason = Failures is [var first, ..] ? first : null,
            RestoreSeconds = RestoreSeconds,
        };
}
