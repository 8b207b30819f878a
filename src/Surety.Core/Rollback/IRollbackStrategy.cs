using Surety.Repository.Errors;

namespace Surety.Core.Rollback;

/// <summary>One way to make a database equal to a backup again.</summary>
internal interface IRollbackStrategy
{
    /// <summary>What it would do. Nothing is changed, and nothing stays locked.</summary>
    /// <returns>A plan that can have refusals.</returns>
    Task<RollbackPlan> PlanAsync(RollbackSituation situation, CancellationToken cancellationToken);

    /// <summary>
    /// Plans, has the plan approved, takes the safety backup, changes the database, and proves it before anybody sees it.
    /// Where it throws, the database is as it was.
    /// </summary>
    /// <exception cref="SuretyException">RollbackRefused, ConfirmationNeeded, or what went wrong.</exception>
    Task<RollbackReport> RunAsync(
        RollbackSituation situation,
        PlanApproval approval,
        CancellationToken cancellationToken
    );
}
