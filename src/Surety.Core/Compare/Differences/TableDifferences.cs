using Surety.Core.Postgres;
using Surety.Core.Postgres.Schema;
using Surety.Core.Progress;

namespace Surety.Core.Compare.Differences;

/// <summary>Compares the tables of two states, each by its rows.</summary>
/// <param name="definitions">Of the first of them: they tell the keys and how to show them.</param>
/// <param name="memoryBytes">As <see cref="RowDifference"/> takes it.</param>
internal sealed class TableDifferences(
    StoredState backup,
    StoredState database,
    TableDefinitions definitions,
    OperationProgress progress,
    long memoryBytes
)
{
    /// <param name="only">The tables to compare; all where it is null.</param>
    public async Task<IReadOnlyList<TableDifference>> RunAsync(
        IReadOnlySet<QualifiedName>? only,
        CancellationToken cancellationToken
    )
    {
        var kept = TableGroup.Of(backup.Contents);
        var present = TableGroup.Of(database.Contents);
        var names = kept
            .Keys.Union(present.Keys)
            .Union(database.Unreadable.Keys)
            .Where(name => only is null || Concerns(only, kept, name) || Concerns(only, present, name))
            .ToList();
        progress.Begin("comparing rows", names.Count);
        var differences = new List<TableDifference>();
        foreach (var name in names)
        {
            var difference = await CompareAsync(
                name,
                kept.GetValueOrDefault(name),
                present.GetValueOrDefault(name),
                cancellationToken
            );
            differences.Add(difference);
            progress.TableDone();
        }

        return differences;
    }

    private static bool Concerns(
        IReadOnlySet<QualifiedName> only,
        Dictionary<QualifiedName, TableGroup> groups,
        QualifiedName name
    ) => groups.TryGetValue(name, out var group) && group.Tables.Any(t => only.Contains(QualifiedName.Of(t)));

    private async Task<TableDifference> CompareAsync(
        QualifiedName name,
        TableGroup? kept,
        TableGroup? present,
        CancellationToken cancellationToken
    )
    {
        var difference = new TableDifference
        {
            Name = name.ToString(),
            BackupRows = kept?.Receipt.Rows,
            DatabaseRows = present?.Receipt.Rows,
        };
        return (kept, present) switch
        {
            _ when database.Unreadable.TryGetValue(name, out var reason) => difference with
            {
                Status = ComparisonStatus.Mismatch,
                Reason = $"cannot be read: {reason}",
            },
            (not null, null) => difference with { Status = ComparisonStatus.Missing, OnlyInBackup = kept.Receipt.Rows },
            (null, not null) => difference with
            {
                Status = ComparisonStatus.Extra,
                OnlyInDatabase = present.Receipt.Rows,
            },
            _ => await CompareRowsAsync(difference, kept!, present!, cancellationToken),
        };
    }

    private async Task<TableDifference> CompareRowsAsync(
        TableDifference difference,
        TableGroup kept,
        TableGroup present,
        CancellationToken cancellationToken
    )
    {
        var (before, after) = (kept.Rows(backup.Objects), present.Rows(database.Objects));
        var columns = RowComparison.ColumnChanges(
            [.. kept.Columns, .. kept.GeneratedColumns],
            [.. present.Columns, .. present.GeneratedColumns]
        );
        if (!before.IsComparableWith(after))
        {
            return difference with
            {
                Status = ComparisonStatus.Mismatch,
                OnlyInBackup = kept.Receipt.Rows,
                OnlyInDatabase = present.Receipt.Rows,
                Reason = columns.Length > 0 ? columns : "the type of a column changed",
            };
        }

        var reason =
            columns.Length > 0 ? columns
            : kept.Receipt == present.Receipt && kept.GeneratedReceipt != present.GeneratedReceipt
                ? $"generated columns have other values ({string.Join(", ", kept.GeneratedColumns)})"
            : "";
        var key = RowKey.Find(before, definitions.KeyOf(kept.Name));
        var tally = new DifferenceTally(key);
        var differ = new RowDifference(progress, memoryBytes);
        var counts = await differ.RunAsync(before, after, key, tally, cancellationToken);
        return difference with
        {
            Status =
                counts == DifferenceCounts.None && reason.Length == 0
                    ? ComparisonStatus.Exact
                    : ComparisonStatus.Mismatch,
            OnlyInBackup = tally.Removed,
            OnlyInDatabase = tally.Added,
            Changed = key is null ? null : tally.Changed,
            Reason = reason,
            Key = key?.Columns ?? [],
            BackupKeys = Show(tally.RemovedKeys),
            DatabaseKeys = Show(tally.AddedKeys),
            ChangedKeys = Show(tally.ChangedKeys),
        };

        IReadOnlyList<IReadOnlyList<string>> Show(List<IReadOnlyList<byte[]>> samples) =>
            [.. samples.Select(values => key!.Columns.Zip(values, ShowValue).ToList())];

        string ShowValue(string column, byte[] value) =>
            KeyText.Of(value, before.Format, definitions.TypeOf(kept.Name, column));
    }
}
