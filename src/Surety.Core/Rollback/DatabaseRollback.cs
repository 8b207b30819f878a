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
    public Task<RollbackReport> RunAsync(
        Manifest manifest,
        RollbackOptions options,
        PlanApproval approval,
        CancellationToken cancellationToken
    ) =>
        LookAsync(
            manifest,
            options,
            (strategy, situation, token) => strategy.RunAsync(situation, approval, token),
            cancellationToken
        );

    /// <summary>What a rollback would do. Nothing is changed, no backup is made, and nobody is kept waiting.</summary>
    /// <returns>A plan that may have refusals.</returns>
    /// <exception cref="SuretyException">What reading the database or the repository throws.</exception>
    public Task<RollbackPlan> PlanAsync(
        Manifest manifest,
        RollbackOptions options,
        CancellationToken cancellationToken
    ) =>
        LookAsync(
            manifest,
            options,
            (strategy, situation, token) => strategy.PlanAsync(situation, token),
            cancellationToken
        );

    /// <summary>Finds out what changed, chooses a strategy, and goes on with it.</summary>
    private async Task<T> LookAsync<T>(
        Manifest manifest,
        RollbackOptions options,
        Func<IRollbackStrategy, RollbackSituation, CancellationToken, Task<T>> goOn,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("connecting");
        await PoolerDetection.EnsureSessionAsync(options.Target, cancellationToken);
        return await repository.Locks.HoldSharedAsync(
            "rollback",
            async (_, token) =>
            {
                var situation = await ReadAsync(manifest, options, token);
                return await goOn(Strategies()[situation.Choice.Strategy], situation, token);
            },
            cancellationToken
        );
    }

    private async Task<RollbackSituation> ReadAsync(
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
        return found with { Choice = await StrategyChoice.MakeAsync(found, cancellationToken) };
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
