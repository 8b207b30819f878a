using Surety.Core.Migrations.Live;
using Surety.Core.Migrations.Rules;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>Gathers what people have to know before they agree.</summary>
internal sealed class ChecklistMaking(BackupRepository repository, TimeProvider clock)
{
    public async Task<MigrationChecklist> MakeAsync(
        MigrationPlan plan,
        Manifest? backup,
        RehearsedMigrations? rehearsal,
        MigrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var rated = plan.Steps.Max(step => step.Risk);
        var risk = rehearsal is { Risk: var seen } && seen > rated ? seen : rated;
        var asked = risk > options.Allowed;
        return new MigrationChecklist
        {
            Database = options.Target.Database,
            Down = options.Down,
            Migrations = [.. plan.Steps.Select(Describe)],
            Risk = risk,
            Findings = [.. plan.Steps.SelectMany(step => step.Findings).OrderByDescending(finding => finding.Risk)],
            Backup = backup,
            BackupAge = backup is null ? null : clock.GetUtcNow() - backup.StartedAt,
            Rehearsal = rehearsal,
            Restore = await FindRestoreAsync(options.Target.Database, cancellationToken),
            ApprovedBy = risk == RiskLevel.High && !asked ? options.ApprovedBy : null,
            NeedsApproval = asked && !options.DryRun,
            LockTimeout = options.LockTimeout,
            Attempts = options.Attempts,
            Warnings = plan.Warnings,
        };
    }

    public static PlannedMigration Describe(MigrationStep step) =>
        new(
            step.Migration.Version?.ToString(),
            step.Migration.Name,
            step.Script.File,
            step.Migration.Checksum,
            step.Risk,
            step.Script.Statements,
            step.Script.InTransaction
        );

    private async Task<ProvenRestore?> FindRestoreAsync(string database, CancellationToken cancellationToken)
    {
        var known = await ProvenBackups.ReadAsync(repository, database, cancellationToken);
        return known.NewestDrill is { } drill ? new(drill.Backup, drill.At, drill.RestoreSeconds) : null;
    }
}
