using Surety.Core.Compare;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>What is to be rolled back, and what was found out about it before anything is planned.</summary>
internal sealed record RollbackSituation
{
    public required Manifest Manifest { get; init; }
    public required BackupContents Contents { get; init; }
    public required RollbackOptions Options { get; init; }
    public required ServerInfo Server { get; init; }

    /// <summary>How the present schema stands against the backup's.</summary>
    public required SchemaComparisonReport Schema { get; init; }

    /// <summary>What belongs to the database itself now: a rollback leaves it as it is.</summary>
    public required DatabaseEntry Present { get; init; }

    /// <summary>What killed operations left on the server, each as a line for people.</summary>
    public required IReadOnlyList<string> Abandoned { get; init; }

    /// <summary>Made last, from all the others.</summary>
    public StrategyChoice Choice { get; init; }

    /// <summary>
    /// Looks at the database within one snapshot that is let go again: nothing is locked while somebody reads the plan.
    /// </summary>
    public static async Task<RollbackSituation> ReadAsync(
        BackupRepository repository,
        ToolLocator tools,
        Manifest manifest,
        RollbackOptions options,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var filter = new SnapshotOptions { Schemas = RowComparison.Filter(contents) };
        await using var snapshot = await LockedSnapshot.TakeAsync(options.Target, filter, progress, cancellationToken);
        var schemas = new SchemaComparison(tools, repository.Objects, progress);
        return new RollbackSituation
        {
            Manifest = manifest,
            Contents = contents,
            Options = options,
            Server = snapshot.Server,
            Schema = await schemas.RunAsync(manifest.Source.ServerMajor, contents, snapshot, cancellationToken),
            Present = await snapshot.Catalog.ReadDatabaseAsync(cancellationToken),
            Abandoned = await AbandonedCopies.FindAsync(snapshot.Connection, cancellationToken),
        };
    }

    /// <summary>What every plan begins with; the strategy adds what it would do.</summary>
    public RollbackPlan NewPlan() =>
        new()
        {
            Database = Options.Target.Database,
            Backup = Manifest.Id,
            Strategy = Choice.Strategy,
            Why = Choice.Why,
            Tables = [],
            SchemaChanges = Schema.Differences,
            Steps = [],
            Locks = [],
            Warnings = Abandoned,
        };
}
