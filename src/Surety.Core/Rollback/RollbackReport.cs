using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>What a rollback did. The database equals the backup.</summary>
public sealed record RollbackReport
{
    public required BackupId Backup { get; init; }
    public required string Database { get; init; }
    public required RollbackStrategy Strategy { get; init; }

    /// <summary>The backup of the state before, which undoes the rollback; null where none was asked for.</summary>
    public required BackupId? SafetyBackup { get; init; }

    /// <summary>Null where rows were not deleted one by one.</summary>
    public required long? RowsDeleted { get; init; }
    public required long RowsInserted { get; init; }

    /// <summary>How it was proven before it became visible.</summary>
    public required RollbackProof Proof { get; init; }
    public required double DurationSeconds { get; init; }

    /// <summary>How much of that the safety backup took; 0 where none was asked for.</summary>
    public required double SafetySeconds { get; init; }

    /// <summary>For how long sessions could not use the database, or not write to it.</summary>
    public required double InterruptionSeconds { get; init; }

    /// <summary>The name that the database from before has now, where it was kept.</summary>
    public string? KeptDatabase { get; init; }

    /// <summary>Each as a line for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
