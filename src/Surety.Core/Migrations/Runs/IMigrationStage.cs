using Surety.Core.Rollback;

namespace Surety.Core.Migrations.Runs;

/// <summary>Where migrations are run: who reads what is found, and is asked.</summary>
public interface IMigrationStage
{
    /// <summary>Everything is known, and nothing was changed yet.</summary>
    void ShowChecklist(MigrationChecklist checklist);

    /// <summary>Asks somebody to agree to a high risk, and returns who did; throws where nobody does.</summary>
    Task<string> ApproveAsync(MigrationChecklist checklist, CancellationToken cancellationToken);

    void ShowApplied(AppliedMigration migration);

    /// <summary>Others were in the way; it is tried again after <paramref name="wait"/>.</summary>
    void ShowRetry(StatementFailure failure, int attempt, TimeSpan wait);

    /// <summary>Something was committed before a failure: agrees to take it back, or asks.</summary>
    PlanApproval Approval(bool ask);
}
