using Surety.Core.Migrations.Rules;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>What is known before anything is changed, in the figures of this very database.</summary>
public sealed record MigrationChecklist
{
    public required string Database { get; init; }

    /// <summary>True where migrations are taken back.</summary>
    public required bool Down { get; init; }
    public required IReadOnlyList<PlannedMigration> Migrations { get; init; }

    /// <summary>The greater of what the check says and what the rehearsal saw.</summary>
    public required RiskLevel Risk { get; init; }

    /// <summary>What the check found, the worst first.</summary>
    public required IReadOnlyList<MigrationFinding> Findings { get; init; }

    /// <summary>The backup to go back to; null where the risk needs none.</summary>
    public required Manifest? Backup { get; init; }

    /// <summary>How old it was when this was made.</summary>
    public required TimeSpan? BackupAge { get; init; }

    /// <summary>Null where none was held.</summary>
    public required RehearsedMigrations? Rehearsal { get; init; }

    /// <summary>The newest proven restore of this database; null where no drill proved one.</summary>
    public required ProvenRestore? Restore { get; init; }

    /// <summary>Who agreed beforehand to a high risk; null where nobody did, or nobody had to.</summary>
    public required string? ApprovedBy { get; init; }

    /// <summary>True where somebody still has to agree.</summary>
    public required bool NeedsApproval { get; init; }
    public required TimeSpan LockTimeout { get; init; }
    public required int Attempts { get; init; }

    /// <summary>Each as a line for people.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <param name="Version">Null for a repeatable one.</param>
/// <param name="Statements">How many it has.</param>
/// <param name="InTransaction">False where a failure leaves what ran before.</param>
public sealed record PlannedMigration(
    string? Version,
    string Name,
    string File,
    string Checksum,
    RiskLevel Risk,
    int Statements,
    bool InTransaction
);

/// <summary>What a rehearsal on a copy saw.</summary>
/// <param name="Backup">Of which it was.</param>
/// <param name="RestoreSeconds">How long the copy took, which is a way back tried.</param>
/// <param name="Seconds">How long the migrations took.</param>
/// <param name="Risk">As what happened there has to be rated.</param>
/// <param name="Facts">What was seen, each as a line for people.</param>
/// <param name="Failure">Why they did not run to their end; null where they did.</param>
public sealed record RehearsedMigrations(
    BackupId Backup,
    double RestoreSeconds,
    double Seconds,
    RiskLevel Risk,
    IReadOnlyList<string> Facts,
    string? Failure
);

/// <param name="Backup">Which was restored and proven.</param>
/// <param name="At">When the drill ended.</param>
/// <param name="Seconds">How long the restore took, its proof included.</param>
public sealed record ProvenRestore(BackupId Backup, DateTimeOffset At, double? Seconds);
