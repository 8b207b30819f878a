using System.Diagnostics;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Swap;

/// <summary>
/// Restores the backup beside the database, proves it, and then exchanges the names. The database from before is kept,
/// whole, under a dated name. Killed at any moment, the name belongs to one of the two, and both are whole.
/// </summary>
internal sealed class SwapStrategy(
    BackupRepository repository,
    ToolLocator tools,
    SafetyBackup safetyBackup,
    TimeProvider clock,
    OperationProgress progress
) : IRollbackStrategy
{
    public async Task<RollbackReport> RunAsync(
        RollbackSituation situation,
        PlanApproval approval,
        CancellationToken cancellationToken
    )
    {
        var target = situation.Options.Target;
        await using var server = await OpenServerAsync(target, cancellationToken);
        var plan = await SwapPlan.MakeAsync(situation, server, clock.GetUtcNow(), cancellationToken);
        plan.Rollback.RequireNoRefusals();
        await approval.RequireAsync(plan.Rollback, cancellationToken);

        var copy = new WorkingDatabase(server, situation.Server, target, "rollback");
        try
        {
            return await CarryOutAsync(situation, plan, server, copy, cancellationToken);
        }
        catch (SuretyException e) when (!FinalCommit.IsInDoubt(e))
        {
            throw e.With($"database \"{target.Database}\" is as it was");
        }
        finally
        {
            await copy.DropUnlessNamedAsync();
        }
    }

    public async Task<RollbackPlan> PlanAsync(RollbackSituation situation, CancellationToken cancellationToken)
    {
        await using var server = await OpenServerAsync(situation.Options.Target, cancellationToken);
        return (await SwapPlan.MakeAsync(situation, server, clock.GetUtcNow(), cancellationToken)).Rollback;
    }

    private async Task<RollbackReport> CarryOutAsync(
        RollbackSituation situation,
        SwapPlan plan,
        NpgsqlConnection server,
        WorkingDatabase copy,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var contents = situation.Contents;
        var client = await tools.ClientForArchiveAsync(contents.Schema.PgDumpMajor, cancellationToken);
        var work = new DatabaseCopy(repository, client, situation.Manifest, contents, progress);
        await work.CheckObjectsAsync(situation.Options.Jobs, cancellationToken);
        var late = await LateWrites.WatchAsync(server, plan.Database, cancellationToken);
        var safety = await safetyBackup.TakeAsync(situation, cancellationToken);
        // Read now: once the names are exchanged, nothing must fail any more.
        var safetyContents = safety is null
            ? null
            : await repository.Manifests.ReadContentsAsync(safety, cancellationToken);
        var filled = await FillAsync(situation, server, copy, work, cancellationToken);

        progress.Begin("exchanging the names");
        var exchange = new DatabaseExchange(server, situation.Options.Target);
        var interruption = await exchange.RunAsync(plan.Database, plan.Kept, copy.Target.Database, cancellationToken);
        copy.MarkNamed();
        var kept = situation.Options.Target.WithDatabase(plan.Kept);
        var written = await late.FindAsync(safetyContents, kept, situation.Options.Jobs, progress, cancellationToken);
        return new RollbackReport
        {
            Backup = situation.Manifest.Id,
            Database = plan.Rollback.Database,
            Strategy = RollbackStrategy.Swap,
            SafetyBackup = safety?.Id,
            RowsDeleted = null,
            RowsInserted = contents.Tables.Sum(t => t.Receipt.Rows),
            Proof = RollbackProof.Reread,
            DurationSeconds = Seconds(Stopwatch.GetElapsedTime(started)),
            SafetySeconds = safety?.Figures.DurationSeconds ?? 0,
            InterruptionSeconds = Seconds(interruption),
            KeptDatabase = plan.Kept,
            Warnings = [.. written, .. filled.Warnings, .. situation.Abandoned],
        };
    }

    /// <summary>
    /// A copy that is ready to bear the name: what belongs to a database itself follows no rename, and is that of the
    /// present one.
    /// </summary>
    private async Task<CopyReport> FillAsync(
        RollbackSituation situation,
        NpgsqlConnection server,
        WorkingDatabase copy,
        DatabaseCopy work,
        CancellationToken cancellationToken
    )
    {
        var options = new RestoreOptions { Target = copy.Target, Jobs = situation.Options.Jobs };
        await RoleCheck.EnsureAsync(server, situation.Contents, options, cancellationToken);
        progress.Begin("creating the copy");
        await copy.CreateAsync(situation.Contents.Database, situation.Present.Tablespace, cancellationToken);
        var filled = await work.RunAsync(server, situation.Server, options, cancellationToken);
        await copy.ApplyPropertiesAsync(situation.Present, owners: true, cancellationToken);
        return filled;
    }

    private static Task<NpgsqlConnection> OpenServerAsync(
        ConnectionTarget target,
        CancellationToken cancellationToken
    ) => PostgresConnections.OpenBesideAsync(target, "surety rollback", cancellationToken);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
