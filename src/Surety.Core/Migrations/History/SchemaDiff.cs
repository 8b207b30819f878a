using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.History;

/// <summary>In which definitions a backup differs from a later state: another backup, or a database. It reads no rows.</summary>
public sealed class SchemaDiff(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    private const string Operation = "schema diff";

    /// <summary>By the texts that both backups keep.</summary>
    public Task<SchemaComparisonReport> WithBackupAsync(
        Manifest manifest,
        Manifest later,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            Operation,
            async token =>
            {
                var before = await BackupSchema.OpenAsync(repository, manifest, token);
                var after = await BackupSchema.OpenAsync(repository, later, token);
                var changes = await before.DifferencesAsync(after, token);
                return new SchemaComparisonReport(changes, changes.Count > 0 ? before.DoubtAgainst(after) : null);
            },
            cancellationToken
        );

    /// <summary>By meaning, as <see cref="DatabaseValidation"/> compares, within the schemas that the backup holds.</summary>
    public async Task<SchemaComparisonReport> WithDatabaseAsync(
        Manifest manifest,
        ConnectionTarget database,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("connecting");
        await PoolerDetection.EnsureSessionAsync(database, cancellationToken);
        return await repository.Locks.HoldSharedToReadAsync(
            Operation,
            async token =>
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, token);
                var options = new SnapshotOptions { Schemas = RowComparison.Filter(contents) };
                await using var snapshot = await LockedSnapshot.TakeAsync(database, options, progress, token);
                return await new SchemaComparison(tools, repository.Objects, progress).RunAsync(
                    manifest.Source.ServerMajor,
                    contents,
                    snapshot,
                    token
                );
            },
            cancellationToken
        );
    }
}
