using Surety.Core.Capture;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Rollback.Replace;
using Surety.Core.Rollback.Rewind;
using Surety.Core.Rollback.Swap;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>
/// Makes an existing database equal to a backup again: finds out what changed, chooses a strategy, has its plan approved,
/// and lets it back up the present state, change it and prove it. Whatever fails, the database is as it was.
/// </summary>
public sealed class DatabaseRollback(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <summary>Rolls back, once <paramref name="approval"/> is given. Whoever runs it records it in the journal.</summary>
    /// <exception cref="SuretyException">
    /// RollbackRefused where the plan cannot be carried out, whatever <paramref name="approval"/> throws, and what a
    /// backup or a restore throws. The message says that nothing was changed, or what was.
    /// </exception>
    public async Task<RollbackReport> RunAsync(
        Manifest manifest,
        RollbackOptions options,
        PlanApproval approval,
        CancellationToken cancellationToken
    )
    {
        await ConnectAsync(options, cancellationToken);
        return await repository.Locks.HoldSharedAsync(
            "rollback",
            async (_, token) =>
            {
                var (strategy, situation) = await ChooseAsync(manifest, options, token);
                return await strategy.RunAsync(situation, approval, token);
            },
            cancellationToken
        );
    }

    /// <summary>
    /// What a rollback would do. Nothing is changed, no backup is made, and no writer is kept waiting; the repository need
    /// not be writable.
    /// </summary>
    /// <returns>A plan that may have refusals.</returns>
    /// <exception cref="SuretyException">What reading the database or the repository throws.</exception>
    public async Task<RollbackPlan> PlanAsync(
        Manifest manifest,
        RollbackOptions options,
        CancellationToken cancellationToken
    )
    {
        await ConnectAsync(options, cancellationToken);
        return await repository.Locks.HoldSharedToReadAsync(
            "rollback",
            async token =>
            {
                var (strategy, situation) = await ChooseAsync(manifest, options, token);
                return await strategy.PlanAsync(situation, token);
            },
            cancellationToken
        );
    }

    private Task ConnectAsync(RollbackOptions options, CancellationToken cancellationToken)
    {
        progress.Begin("connecting");
        return PoolerDetection.EnsureSessionAsync(options.Target, cancellationToken);
    }

    /// <summary>Finds out what changed, and which strategy that asks for.</summary>
    private async Task<(IRollbackStrategy, RollbackSituation)> ChooseAsync(
        Manifest manifest,
        RollbackOptions options,
        CancellationToken cancellationToken
    )
    {
        var found = await RollbackSituation.ReadAsync(
            repository,
            tools,
            manifest,
            options,
            progress,
            cancellationToken
        );
        var choice = await StrategyChoice.MakeAsync(found, cancellationToken);
        return (Strategies()[choice.Strategy], found with { Choice = choice });
    }

    /// <summary>The one place where the strategies and their classes meet.</summary>
    private Dictionary<RollbackStrategy, IRollbackStrategy> Strategies()
    {
        var safety = new SafetyBackup(new SnapshotCapture(repository, tools, clock, progress));
        return new()
        {
            [RollbackStrategy.Rewind] = new RewindStrategy(repository, safety, clock, progress),
            [RollbackStrategy.Swap] = new SwapStrategy(repository, tools, safety, clock, progress),
            [RollbackStrategy.Replace] = new ReplaceStrategy(repository, tools, safety, progress),
        };
    }
}
