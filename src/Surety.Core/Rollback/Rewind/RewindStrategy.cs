using System.Diagnostics;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Takes the rows out of the live database that the backup has not, and puts those back that it has, in one transaction
/// that keeps writers waiting and readers not. The safety backup, taken from the locked state, is the only full scan: what
/// differs comes out of the repository.
/// </summary>
internal sealed class RewindStrategy(
    BackupRepository repository,
    SafetyBackup safetyBackup,
    TimeProvider clock,
    OperationProgress progress
) : IRollbackStrategy
{
    private const string Doubt = "whether the rollback was committed is not known";

    public async Task<RollbackReport> RunAsync(
        RollbackSituation situation,
        PlanApproval approval,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        if (approval.WaitsForPerson)
        {
            var plan = await PlanAsync(situation, cancellationToken);
            plan.RequireNoRefusals();
            await approval.RequireAsync(plan, cancellationToken);
        }

        try
        {
            return await CarryOutAsync(situation, approval, started, cancellationToken);
        }
        catch (SuretyException e) when (!FinalCommit.IsInDoubt(e) && e.Code != ErrorCode.RollbackRefused)
        {
            var database = situation.Options.Target.Database;
            throw e.With($"database \"{database}\" is as it was");
        }
    }

    /// <summary>Reads the rows into a temporary folder, and lets go of the database before anybody reads the plan.</summary>
    public async Task<RollbackPlan> PlanAsync(RollbackSituation situation, CancellationToken cancellationToken)
    {
        await using var snapshot = await TakeAsync(situation, toChange: false, cancellationToken);
        using var present = new PresentState(repository, safetyBackup, clock, progress);
        await present.ReadAsync(situation, snapshot, cancellationToken);
        using var changes = await FindAsync(situation, snapshot, present, cancellationToken);
        return await RewindPlan.MakeAsync(situation, snapshot.Connection, changes, cancellationToken);
    }

    private async Task<RollbackReport> CarryOutAsync(
        RollbackSituation situation,
        PlanApproval approval,
        long started,
        CancellationToken cancellationToken
    )
    {
        await using var snapshot = await TakeAsync(situation, toChange: true, cancellationToken);
        var locked = Stopwatch.GetTimestamp();
        using var present = new PresentState(repository, safetyBackup, clock, progress);
        await present.BackUpAsync(situation, snapshot, cancellationToken);
        using var changes = await FindAsync(situation, snapshot, present, cancellationToken);
        var plan = await RewindPlan.MakeAsync(situation, snapshot.Connection, changes, cancellationToken);
        plan.RequireNoRefusals();
        if (!approval.WaitsForPerson)
        {
            await approval.RequireAsync(plan, cancellationToken);
        }

        await snapshot.EndReadingAsync();
        var rewind = new RowRewind(repository, situation, snapshot.Connection, progress);
        var warnings = await rewind.RunAsync(changes, present.State.Contents.LargeObjects, cancellationToken);
        await RequireSameTablesAsync(situation, snapshot, cancellationToken);
        progress.Begin("committing");
        await FinalCommit.RunAsync(
            snapshot.Connection,
            Doubt,
            $"compare the database with the backup: surety validate {situation.Manifest.Id}",
            cancellationToken
        );
        return new RollbackReport
        {
            Backup = situation.Manifest.Id,
            Database = plan.Database,
            Strategy = RollbackStrategy.Rewind,
            SafetyBackup = present.SafetyBackup?.Id,
            RowsDeleted = changes.Tables.Sum(t => t.Rows.Deleted.Rows),
            RowsInserted = changes.Tables.Sum(t => t.Rows.Inserted.Rows),
            Proof = situation.Options.Proof,
            DurationSeconds = Seconds(started),
            SafetySeconds = present.SafetyBackup?.Figures.DurationSeconds ?? 0,
            InterruptionSeconds = Seconds(locked),
            Warnings = [.. warnings, .. situation.Abandoned],
        };
    }

    private Task<LockedSnapshot> TakeAsync(
        RollbackSituation situation,
        bool toChange,
        CancellationToken cancellationToken
    ) =>
        LockedSnapshot.TakeAsync(
            situation.Options.Target,
            new SnapshotOptions { Schemas = RowComparison.Filter(situation.Contents), ToChange = toChange },
            progress,
            cancellationToken
        );

    private Task<RewindChanges> FindAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        PresentState present,
        CancellationToken cancellationToken
    ) => RewindChanges.FindAsync(repository, situation, snapshot, present, progress, cancellationToken);

    /// <summary>Locks keep tables from being changed, and nothing keeps others from making new ones.</summary>
    private static async Task RequireSameTablesAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        var now = await new CatalogReader(snapshot.Connection).ReadRelationsAsync(
            RowComparison.Filter(situation.Contents),
            snapshot.Server,
            cancellationToken
        );
        var known = snapshot.Relations.Select(r => r.Oid).ToHashSet();
        var more = now.Where(r => !known.Contains(r.Oid)).Select(r => r.Name.ToString()).ToList();
        if (more.Count > 0 && !situation.Options.IsLimited)
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                $"created by another session during the rollback: {string.Join(", ", more)}",
                "run it again while no migration is running"
            )
            {
                IsTransient = true,
            };
        }
    }

    private static double Seconds(long since) => Math.Round(Stopwatch.GetElapsedTime(since).TotalSeconds, 3);
}
