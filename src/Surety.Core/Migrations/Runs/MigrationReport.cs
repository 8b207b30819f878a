using Surety.Core.Rollback;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>A migration that ran, or was taken back.</summary>
/// <param name="Attempts">How often it was tried.</param>
public sealed record AppliedMigration(PlannedMigration Migration, TimeSpan Duration, int Attempts);

/// <summary>What a run of migrations did.</summary>
public sealed record MigrationReport
{
    public required string Database { get; init; }

    /// <summary>Null where there was nothing to do.</summary>
    public required MigrationChecklist? Checklist { get; init; }

    /// <summary>Those that are in effect, in their order; for a run back, those that are taken back.</summary>
    public IReadOnlyList<AppliedMigration> Applied { get; init; } = [];

    /// <summary>Titles of those that count as run from now on.</summary>
    public IReadOnlyList<string> Baseline { get; init; } = [];

    /// <summary>Made before anything was changed; null where the risk needs none.</summary>
    public Manifest? Backup { get; init; }
    public string? ApprovedBy { get; init; }

    /// <summary>Why it stopped; null where it did not.</summary>
    public StatementFailure? Failed { get; init; }

    /// <summary>What ended it, with its code: refused, failed; null where all is done.</summary>
    public Exception? Failure { get; init; }

    /// <summary>What took back what had been committed; null where nothing did.</summary>
    public RollbackReport? Rollback { get; init; }

    /// <summary>Why that failed; null where it did not.</summary>
    public Exception? RollbackFailure { get; init; }
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public bool DryRun { get; init; }
    public TimeSpan Duration { get; init; }

    /// <summary>How many statements this run committed that are still in effect.</summary>
    public int Committed =>
        Rollback is not null ? 0 : Applied.Sum(a => a.Migration.Statements) + (Failed?.Committed ?? 0);
}
