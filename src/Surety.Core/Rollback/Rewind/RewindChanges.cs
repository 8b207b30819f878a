using System.Globalization;
using Surety.Core.Compare.Differences;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>A table whose rows differ: those to take out and to put back.</summary>
/// <param name="Group">The table; or the leaves of a partitioned one that rows are loaded through.</param>
/// <param name="Present">What it holds now.</param>
/// <param name="Key">Its primary key, or null.</param>
/// <param name="Rows">What to do.</param>
internal sealed record ChangedTable(TableGroup Group, Receipt Present, TableKey? Key, RowSpool Rows)
{
    public bool IsEmptied => Rows.Deleted.Rows == Present.Rows;
}

/// <summary>Everything that keeps a database of unchanged schema from being equal to the backup.</summary>
internal sealed class RewindChanges : IDisposable
{
    private readonly ScratchFolder folder;

    private RewindChanges(ScratchFolder folder) => this.folder = folder;

    public List<ChangedTable> Tables { get; } = [];

    /// <summary>Sequences to set, in the state that the backup has.</summary>
    public IReadOnlyList<SequenceEntry> Sequences { get; private set; } = [];

    /// <summary>Those of the backup, where the present ones differ; else null.</summary>
    public LargeObjectsEntry? LargeObjects { get; private set; }

    /// <summary>Why rows cannot be compared, each as a line for people.</summary>
    public List<string> Obstacles { get; } = [];

    /// <summary>Every table whose rows change, leaf by leaf.</summary>
    public IReadOnlyList<QualifiedName> TableNames =>
        [.. Tables.SelectMany(t => t.Group.Tables).Select(QualifiedName.Of)];

    /// <summary>Every table whose triggers would act, those among them that rows are loaded through.</summary>
    public IReadOnlyList<QualifiedName> Acting => [.. TableNames.Union(Tables.Select(t => t.Group.Name))];

    public bool IsEmpty => Tables.Count == 0 && Sequences.Count == 0 && LargeObjects is null;

    public static async Task<RewindChanges> FindAsync(
        BackupRepository repository,
        RollbackSituation situation,
        LockedSnapshot snapshot,
        PresentState present,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var changes = new RewindChanges(ScratchFolder.Create(ScratchServer.DefaultParent));
        try
        {
            var scope = RewindScope.Of(situation);
            var keys = await TableKey.ReadAsync(snapshot.Catalog, scope.Tables, cancellationToken);
            progress.Begin("comparing rows", scope.Tables.Count);
            var state = TableGroup.Of(present.State.Contents);
            foreach (var kept in scope.Tables)
            {
                await changes.AddAsync(
                    kept,
                    state.GetValueOrDefault(kept.Name),
                    new Sides(repository, present.State, keys.GetValueOrDefault(kept.Name), progress),
                    cancellationToken
                );
                progress.TableDone();
            }

            changes.Obstacles.AddRange(
                RewindScope.Later(situation, state.Keys).Select(name => $"table {name} is there, and not in the backup")
            );
            changes.Sequences = [.. scope.Sequences.Except(present.State.Contents.Sequences)];
            var objects = situation.Contents.LargeObjects;
            var differ =
                scope.HasLargeObjects && LargeObjectRemoval.IsNeeded(present.State.Contents.LargeObjects, objects);
            changes.LargeObjects = differ ? objects : null;
            return changes;
        }
        catch
        {
            changes.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Tables.ForEach(t => t.Rows.Dispose());
        using (folder)
        {
            folder.Remove();
        }
    }

    private sealed record Sides(
        BackupRepository Repository,
        StoredState Present,
        TableKey? Key,
        OperationProgress Progress
    );

    private async Task AddAsync(TableGroup kept, TableGroup? now, Sides sides, CancellationToken cancellationToken)
    {
        if (now is null)
        {
            Obstacles.Add($"table {kept.Name} is not there, or its rows cannot be read");
            return;
        }

        if (!kept.Tables.Select(QualifiedName.Of).ToHashSet().SetEquals(now.Tables.Select(QualifiedName.Of)))
        {
            Obstacles.Add($"table {kept.Name} has other partitions than in the backup");
            return;
        }

        if (kept.Receipt == now.Receipt)
        {
            return;
        }

        var (present, target) = (now.Rows(sides.Present.Objects), kept.Rows(sides.Repository.Objects));
        if (!present.IsComparableWith(target))
        {
            Obstacles.Add($"table {kept.Name} has other columns, or other types, than in the backup");
            return;
        }

        var rowKey = sides.Key is { } key ? RowKey.Find(target, key.Columns) : null;
        var path = Path.Combine(folder.Path, Tables.Count.ToString(CultureInfo.InvariantCulture));
        var rows = new RowSpool(path, target.Format, rowKey);
        Tables.Add(new ChangedTable(kept, now.Receipt, rowKey is null ? null : sides.Key, rows));
        await new RowDifference(sides.Progress).RunAsync(present, target, rowKey, rows, cancellationToken);
    }
}
