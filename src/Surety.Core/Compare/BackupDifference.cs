using Surety.Core.Compare.Differences;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare;

/// <summary>
/// Finds in which rows and definitions a backup differs from a database or from another backup. It changes none of them.
/// A database is read as a backup of it would be, with what the backup has not in a temporary folder: so both cases are
/// one.
/// </summary>
public sealed class BackupDifference(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    private const string Operation = "diff";

    /// <exception cref="Surety.Repository.Errors.SuretyException">
    /// TableNotInBackup; what opening the database throws; PoolerDetected; LockTimeout or SchemaChanging where other
    /// sessions change tables; ObjectMissing or ObjectDamaged; DiskFull where the temporary folder is too small.
    /// </exception>
    public async Task<DifferenceReport> WithDatabaseAsync(
        Manifest manifest,
        ConnectionTarget database,
        DifferenceOptions options,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("connecting");
        await PoolerDetection.EnsureSessionAsync(database, cancellationToken);
        return await repository.Locks.HoldSharedToReadAsync(
            Operation,
            token => CompareWithDatabaseAsync(manifest, database, options, token),
            cancellationToken
        );
    }

    /// <exception cref="Surety.Repository.Errors.SuretyException">TableNotInBackup, ObjectMissing or ObjectDamaged.</exception>
    public Task<DifferenceReport> WithBackupAsync(
        Manifest manifest,
        Manifest other,
        DifferenceOptions options,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            Operation,
            token => CompareWithBackupAsync(manifest, other, options, token),
            cancellationToken
        );

    private async Task<DifferenceReport> CompareWithDatabaseAsync(
        Manifest manifest,
        ConnectionTarget database,
        DifferenceOptions options,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetTimestamp();
        var kept = await ReadAsync(manifest, cancellationToken);
        var only = Selected(kept.Contents, options);
        using var scratch = await ScratchObjects.CreateAsync(repository, clock, cancellationToken);
        StoredState present;
        SchemaComparisonReport? schema;
        // Its locks are held no longer than the database is read.
        await using (
            var snapshot = await LockedSnapshot.TakeAsync(
                database,
                new SnapshotOptions { Schemas = RowComparison.Filter(kept.Contents) },
                progress,
                cancellationToken
            )
        )
        {
            if (options.TrustTransactions && await snapshot.ShowsTheSameAsAsync(manifest, cancellationToken))
            {
                var sequences = await SequenceComparisons.ReadAsync(kept.Contents, snapshot, cancellationToken);
                present = kept with { Contents = kept.Contents with { Sequences = sequences } };
                schema = new SchemaComparisonReport([], Doubt: null);
            }
            else
            {
                var reading = new DatabaseReading(kept.Contents, scratch.Objects, progress);
                present = await reading.RunAsync(snapshot, only, options.Jobs, cancellationToken);
                schema = only is null ? await CompareSchemasAsync(manifest, kept, snapshot, cancellationToken) : null;
            }
        }

        var sides = new Sides(kept, present, only);
        return new DifferenceReport
        {
            Backup = manifest.Id.ToString(),
            OtherBackup = null,
            Database = database.Database,
            Tables = await CompareTablesAsync(sides, options, cancellationToken),
            Sequences = CompareSequences(sides),
            LargeObjects = await CompareLargeObjectsAsync(sides, options, cancellationToken),
            Schema = schema,
            NotCompared = sides.NotCompared,
            Duration = clock.GetElapsedTime(startedAt),
        };
    }

    private async Task<DifferenceReport> CompareWithBackupAsync(
        Manifest manifest,
        Manifest other,
        DifferenceOptions options,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetTimestamp();
        var kept = await ReadAsync(manifest, cancellationToken);
        var present = await ReadAsync(other, cancellationToken);
        var sides = new Sides(kept, present, Selected(kept.Contents, options));
        return new DifferenceReport
        {
            Backup = manifest.Id.ToString(),
            OtherBackup = other.Id.ToString(),
            Database = other.Database,
            Tables = await CompareTablesAsync(sides, options, cancellationToken),
            Sequences = CompareSequences(sides),
            LargeObjects = await CompareLargeObjectsAsync(sides, options, cancellationToken),
            Schema = sides.Only is null ? await CompareSchemasAsync(sides, cancellationToken) : null,
            NotCompared = sides.NotCompared,
            Duration = clock.GetElapsedTime(startedAt),
        };
    }

    private async Task<IReadOnlyList<TableDifference>> CompareTablesAsync(
        Sides sides,
        DifferenceOptions options,
        CancellationToken cancellationToken
    )
    {
        var definitions = new TableDefinitions(await ReadSchemaAsync(sides.Kept, cancellationToken));
        var tables = new TableDifferences(sides.Kept, sides.Present, definitions, progress, options.MemoryBytes);
        return await tables.RunAsync(sides.Only, cancellationToken);
    }

    private static IReadOnlyList<SequenceComparison> CompareSequences(Sides sides) =>
        sides.Only is null
            ? SequenceComparisons.Between(sides.Kept.Contents.Sequences, sides.Present.Contents.Sequences)
            : [];

    private async Task<LargeObjectsDifference?> CompareLargeObjectsAsync(
        Sides sides,
        DifferenceOptions options,
        CancellationToken cancellationToken
    ) =>
        sides.Only is null
            ? await LargeObjectDifferences.FindAsync(
                sides.Kept,
                sides.Present,
                progress,
                options.MemoryBytes,
                cancellationToken
            )
            : null;

    private Task<SchemaComparisonReport> CompareSchemasAsync(
        Manifest manifest,
        StoredState kept,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    ) =>
        new SchemaComparison(tools, repository.Objects, progress).RunAsync(
            manifest.Source.ServerMajor,
            kept.Contents,
            snapshot,
            cancellationToken
        );

    /// <summary>By their texts: both were written by pg_dump within their backups.</summary>
    private static async Task<SchemaComparisonReport> CompareSchemasAsync(
        Sides sides,
        CancellationToken cancellationToken
    )
    {
        var kept = await ReadSchemaAsync(sides.Kept, cancellationToken);
        var present = await ReadSchemaAsync(sides.Present, cancellationToken);
        return new SchemaComparisonReport(SchemaDifferences.Between(kept, present), Doubt: null);
    }

    private async Task<StoredState> ReadAsync(Manifest manifest, CancellationToken cancellationToken) =>
        new(await repository.Manifests.ReadContentsAsync(manifest, cancellationToken), repository.Objects);

    private static Task<SchemaText> ReadSchemaAsync(StoredState state, CancellationToken cancellationToken) =>
        SchemaText.FromBackupAsync(state.Objects, state.Contents.Schema, cancellationToken);

    private static HashSet<QualifiedName>? Selected(BackupContents backup, DifferenceOptions options) =>
        options.Tables.Count == 0
            ? null
            : TableSelection.Find(backup, options.Tables).Select(QualifiedName.Of).ToHashSet();

    /// <param name="Only">The tables to compare, and nothing else; everything where it is null.</param>
    private sealed record Sides(StoredState Kept, StoredState Present, IReadOnlySet<QualifiedName>? Only)
    {
        public IReadOnlyList<string> NotCompared => Only is null ? Kept.Contents.MaterializedViews : [];
    }
}
