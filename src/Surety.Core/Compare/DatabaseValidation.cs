using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare;

/// <summary>Proves that a database is, or is not, exactly what a backup holds. It changes neither.</summary>
public sealed class DatabaseValidation(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    /// <summary>False for a database that was restored without owners and grants: they are not compared.</summary>
    internal bool Owners { get; init; } = true;

    /// <param name="jobs">Number of sessions that read rows at once.</param>
    public async Task<ValidationReport> RunAsync(
        Manifest manifest,
        ConnectionTarget database,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("connecting");
        await PoolerDetection.EnsureSessionAsync(database, cancellationToken);
        return await repository.Locks.HoldSharedToReadAsync(
            "validate",
            token => RunLockedAsync(manifest, database, jobs, token),
            cancellationToken
        );
    }

    private async Task<ValidationReport> RunLockedAsync(
        Manifest manifest,
        ConnectionTarget database,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var backup = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var options = new SnapshotOptions { Schemas = RowComparison.Filter(backup) };
        await using var snapshot = await LockedSnapshot.TakeAsync(database, options, progress, cancellationToken);
        var rows = await new RowComparison(backup, snapshot, progress).RunAsync(jobs, cancellationToken);
        var schemas = new SchemaComparison(tools, repository.Objects, progress) { Owners = Owners };
        return new ValidationReport
        {
            Backup = manifest.Id.ToString(),
            Database = database.Database,
            Rows = rows,
            Schema = await schemas.RunAsync(manifest.Source.ServerMajor, backup, snapshot, cancellationToken),
            NotCompared = backup.MaterializedViews,
        };
    }
}
