using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.History;

/// <param name="Table">For people: schema and name, quoted where needed.</param>
/// <param name="Column">Its name.</param>
/// <param name="Values">How many rows have a value in it.</param>
public sealed record LostColumn(string Table, string Column, long Values);

/// <summary>What a database holds and a backup does not: what a rollback to that backup takes away.</summary>
public sealed record SchemaRollbackLoss
{
    /// <summary>Everything that differs; the backup's side is what comes back.</summary>
    public required DifferenceReport Difference { get; init; }

    /// <summary>Columns that came since, of tables that the backup has too.</summary>
    public required IReadOnlyList<LostColumn> Columns { get; init; }

    /// <summary>Tables that came since, with their rows.</summary>
    public IEnumerable<TableDifference> Tables =>
        Difference.Tables.Where(table => table.Status == ComparisonStatus.Extra);

    /// <summary>Tables of the backup in which rows came or changed since, or that hold rows of other columns.</summary>
    public IEnumerable<TableDifference> Rows =>
        Difference.Tables.Where(table =>
            table.Status == ComparisonStatus.Mismatch
            && (table.OnlyInDatabase > 0 || table.Changed > 0 || (table.Reason.Length > 0 && table.DatabaseRows != 0))
        );

    /// <summary>Reads the rows of the database, and changes nothing.</summary>
    /// <exception cref="Surety.Repository.Errors.SuretyException">As <see cref="BackupDifference"/> throws.</exception>
    public static async Task<SchemaRollbackLoss> FindAsync(
        BackupRepository repository,
        ToolLocator tools,
        TimeProvider clock,
        OperationProgress progress,
        Manifest manifest,
        ConnectionTarget database,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var difference = await new BackupDifference(repository, tools, clock, progress).WithDatabaseAsync(
            manifest,
            database,
            new DifferenceOptions { Jobs = jobs },
            cancellationToken
        );
        return new SchemaRollbackLoss
        {
            Difference = difference,
            Columns = await FindColumnsAsync(
                await repository.Manifests.ReadContentsAsync(manifest, cancellationToken),
                database,
                progress,
                cancellationToken
            ),
        };
    }

    private static async Task<IReadOnlyList<LostColumn>> FindColumnsAsync(
        BackupContents contents,
        ConnectionTarget database,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        var kept = contents.Tables.ToDictionary(
            QualifiedName.Of,
            table => table.Columns.Concat(table.GeneratedColumns).ToHashSet(StringComparer.Ordinal)
        );
        var options = new SnapshotOptions { Schemas = RowComparison.Filter(contents) };
        await using var snapshot = await LockedSnapshot.TakeAsync(database, options, progress, cancellationToken);
        progress.Begin("counting what would be lost");
        var lost = new List<LostColumn>();
        foreach (var table in snapshot.Relations.Where(r => r.HoldsRows && r.Unreadable is null))
        {
            var columns = kept.TryGetValue(table.Name, out var known)
                ? table.Columns.Concat(table.GeneratedColumns).Except(known, StringComparer.Ordinal).ToList()
                : [];
            if (columns.Count > 0)
            {
                var counts = string.Join(", ", columns.Select(column => $"count({SqlText.Identifier(column)})"));
                var values = await snapshot.Connection.QueryAsync(
                    $"SELECT {counts} FROM ONLY {table.Name.Sql}",
                    row => columns.Select((_, i) => row.GetInt64(i)).ToList(),
                    cancellationToken
                );
                lost.AddRange(columns.Select((column, i) => new LostColumn($"{table.Name}", column, values[0][i])));
            }
        }

        return lost;
    }
}
