using System.Diagnostics;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Replace;

/// <summary>
/// Drops everything in the database, or in some of its schemas, and makes it again as the backup has it: in one
/// transaction on one connection, for a role that may not create databases. Killed at any moment, the server rolls back.
/// </summary>
internal sealed class ReplaceStrategy(
    BackupRepository repository,
    ToolLocator tools,
    SafetyBackup safetyBackup,
    OperationProgress progress
) : IRollbackStrategy
{
    private const string Hint =
        "--schema and --exclude-schema limit it to what is the role's; a role that owns all of it can do it, or --strategy swap";

    public async Task<RollbackReport> RunAsync(
        RollbackSituation situation,
        PlanApproval approval,
        CancellationToken cancellationToken
    )
    {
        var contents = situation.Contents;
        var scope = await ScopeAsync(situation, cancellationToken);
        var plan = await ReplacePlan.MakeAsync(situation, scope, Hint, cancellationToken);
        plan.RequireNoRefusals();
        await approval.RequireAsync(plan, cancellationToken);

        var client = await tools.ClientForArchiveAsync(contents.Schema.PgDumpMajor, cancellationToken);
        var copy = new DatabaseCopy(repository, client, situation.Manifest, contents, progress);
        await copy.CheckObjectsAsync(situation.Options.Jobs, cancellationToken);
        using var archive = await SchemaLoad.OpenAsync(client, repository.Objects, contents.Schema, cancellationToken);
        try
        {
            var report = await ReplaceAsync(situation, scope, archive, cancellationToken);
            return report with { Warnings = await LookBackAsync(situation, scope, cancellationToken) };
        }
        catch (SuretyException e) when (!FinalCommit.IsInDoubt(e))
        {
            throw e.With($"database \"{situation.Options.Target.Database}\" is as it was");
        }
    }

    public async Task<RollbackPlan> PlanAsync(RollbackSituation situation, CancellationToken cancellationToken)
    {
        var scope = await ScopeAsync(situation, cancellationToken);
        return await ReplacePlan.MakeAsync(situation, scope, Hint, cancellationToken);
    }

    private async Task<ReplaceScope> ScopeAsync(RollbackSituation situation, CancellationToken cancellationToken)
    {
        var schema = situation.Contents.Schema;
        var text = await SchemaText.FromBackupAsync(repository.Objects, schema, cancellationToken);
        return ReplaceScope.Of(situation.Options.Schemas, schema, text);
    }

    private async Task<RollbackReport> ReplaceAsync(
        RollbackSituation situation,
        ReplaceScope scope,
        SchemaLoad archive,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var options = new SnapshotOptions { Schemas = scope.Schemas, ToChange = true };
        await using var snapshot = await LockedSnapshot.TakeAsync(
            situation.Options.Target,
            options,
            progress,
            cancellationToken
        );
        var locked = Stopwatch.GetTimestamp();
        var held = await ReplaceableObjects.ListAsync(snapshot.Catalog, scope, cancellationToken);
        var safety = await TakeSafetyAsync(situation, snapshot, scope, cancellationToken);
        var safetyObjects = safety is null
            ? null
            : (await repository.Manifests.ReadContentsAsync(safety, cancellationToken)).LargeObjects;
        await snapshot.EndReadingAsync();

        var connection = snapshot.Connection;
        var objects =
            scope.HasWhatIsInNoSchema && LargeObjectRemoval.IsNeeded(safetyObjects, situation.Contents.LargeObjects);
        progress.Begin("dropping what is there");
        await DropAsync(snapshot, held, scope, cancellationToken);
        var privileges = new DefaultPrivileges(connection, scope);
        await privileges.TakeAwayAsync(cancellationToken);
        if (objects)
        {
            await LargeObjectRemoval.RunAsync(connection, safetyObjects, cancellationToken);
        }

        var reload = new SchemaReload(connection, repository.Objects, situation.Contents, scope, progress);
        await reload.RunAsync(archive, objects, cancellationToken);
        await privileges.GiveBackAsync(cancellationToken);
        await FinalCommit.RunAsync(
            connection,
            "whether the database is as it was or equals the backup is not known",
            "it is one of the two, whole: surety validate tells which",
            cancellationToken
        );
        return new RollbackReport
        {
            Backup = situation.Manifest.Id,
            Database = situation.Options.Target.Database,
            Strategy = RollbackStrategy.Replace,
            SafetyBackup = safety?.Id,
            RowsDeleted = null,
            RowsInserted = situation.Contents.Tables.Where(t => scope.Covers(t.Schema)).Sum(t => t.Receipt.Rows),
            Proof = RollbackProof.Reread,
            DurationSeconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
            SafetySeconds = safety?.Figures.DurationSeconds ?? 0,
            InterruptionSeconds = Math.Round(Stopwatch.GetElapsedTime(locked).TotalSeconds, 3),
        };
    }

    /// <summary>Nothing is dropped that could not be brought back.</summary>
    private async Task<Manifest?> TakeSafetyAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        ReplaceScope scope,
        CancellationToken cancellationToken
    )
    {
        var safety = await safetyBackup.TakeAsync(situation, snapshot, scope.Schemas, cancellationToken);
        var gaps = safety is null ? [] : BackupGaps.Of(safety).ToList();
        return gaps.Count == 0
            ? safety
            : throw new SuretyException(
                ErrorCode.RollbackRefused,
                $"what would be dropped could not all be backed up first: {string.Join("; ", gaps)}",
                Hint
            );
    }

    /// <summary>
    /// Drops what the safety backup holds and nothing else. Definitions are not locked as tables are: whoever changed one
    /// since is told apart by its version.
    /// </summary>
    private static async Task DropAsync(
        LockedSnapshot snapshot,
        IReadOnlyList<ReplaceableObject> held,
        ReplaceScope scope,
        CancellationToken cancellationToken
    )
    {
        var present = await ReplaceableObjects.ReadAsync(snapshot.Connection, scope, cancellationToken);
        var changed = present
            .All.ExceptBy(held.Select(o => (o.Class, o.Oid, o.Version)), o => (o.Class, o.Oid, o.Version))
            .ToList();
        if (changed.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                $"created or changed after the safety backup: {string.Join(", ", changed.Select(o => o.Description))}",
                "run it again while no migration is running"
            )
            {
                IsTransient = true,
            };
        }

        var obstacles = await present.ObstaclesAsync(cancellationToken);
        if (obstacles.Count > 0)
        {
            throw new SuretyException(ErrorCode.RollbackRefused, string.Join("; ", obstacles), Hint);
        }

        await LockOutReadersAsync(snapshot, cancellationToken);
        await present.DropAsync(cancellationToken);
    }

    private static async Task LockOutReadersAsync(LockedSnapshot snapshot, CancellationToken cancellationToken)
    {
        var tables = snapshot.Relations.Where(r => r.IsLockable).Select(r => $"ONLY {r.Name.Sql}").ToList();
        var sql = tables.Count == 0 ? "" : $"LOCK TABLE {string.Join(", ", tables)} IN ACCESS EXCLUSIVE MODE";
        try
        {
            await snapshot.Connection.RunAsync($"SET LOCAL lock_timeout = '60s'; {sql}", cancellationToken);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.LockTimeout)
        {
            throw new SuretyException(
                e.Code,
                "sessions that read the tables did not let them go within a minute",
                "let them finish, or end them, then run it again",
                e
            )
            {
                IsTransient = true,
            };
        }
    }

    /// <summary>What follows the commit can fail, and takes nothing back: it ends in lines for people.</summary>
    private async Task<IReadOnlyList<string>> LookBackAsync(
        RollbackSituation situation,
        ReplaceScope scope,
        CancellationToken cancellationToken
    )
    {
        var target = situation.Options.Target;
        try
        {
            progress.Begin("gathering statistics");
            var statistics = await StatisticsGathering.RunAsync(target, cancellationToken);
            var differences = scope.IsWholeDatabase ? await CompareSchemasAsync(situation, cancellationToken) : [];
            return [.. statistics, .. differences, .. situation.Abandoned];
        }
        catch (Exception e) when (e is SuretyException or OperationCanceledException)
        {
            var why = e is SuretyException ? e.Message : "cancelled";
            return [$"the rows are proven, but statistics and schema were not looked at any more ({why})"];
        }
    }

    /// <summary>What stayed because nothing drops it, as grants on the standard schema.</summary>
    private async Task<IReadOnlyList<string>> CompareSchemasAsync(
        RollbackSituation situation,
        CancellationToken cancellationToken
    )
    {
        await using var snapshot = await LockedSnapshot.TakeAsync(
            situation.Options.Target,
            new SnapshotOptions(),
            progress,
            cancellationToken
        );
        var report = await new SchemaComparison(tools, repository.Objects, progress).RunAsync(
            situation.Manifest.Source.ServerMajor,
            situation.Contents,
            snapshot,
            cancellationToken
        );
        return
        [
            .. report.Differences.Select(d =>
                $"{d.Definition} is not as in the backup ({d.Change.ToString().ToLowerInvariant()})"
            ),
        ];
    }
}
