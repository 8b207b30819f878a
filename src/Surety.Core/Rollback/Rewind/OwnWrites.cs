using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// Proves that the transaction wrote no row but those that it was to: what it alters may set off an event trigger, and a
/// view that it refreshes may call a function that writes.
/// </summary>
internal static class OwnWrites
{
    private sealed record Written(QualifiedName Table, long Inserted, long Updated, long Deleted);

    /// <exception cref="SuretyException">RestoreIncomplete, with the tables that have more than was put there.</exception>
    public static async Task RequirePlannedAsync(
        NpgsqlConnection connection,
        RewindChanges changes,
        CancellationToken cancellationToken
    )
    {
        var written = await connection.QueryAsync(
            SqlFile.Read("own-writes"),
            r => new Written(new(r.GetString(0), r.GetString(1)), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4)),
            cancellationToken
        );
        var planned = changes
            .Tables.SelectMany(t => t.Group.Tables.Select(leaf => (Leaf: QualifiedName.Of(leaf), Table: t)))
            .ToDictionary(p => p.Leaf, p => p.Table);
        var more = written
            .GroupBy(w => planned.GetValueOrDefault(w.Table)?.Group.Name ?? w.Table)
            .Where(group => !IsPlanned(group, planned.GetValueOrDefault(group.First().Table)))
            .Select(group => $"{group.Key}")
            .ToList();
        if (more.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                $"an event trigger, or a function that a materialized view calls, wrote to {string.Join(", ", more)}",
                "keep it from writing meanwhile (ALTER EVENT TRIGGER ... DISABLE), or roll back with --strategy swap"
            );
        }
    }

    private static bool IsPlanned(IEnumerable<Written> leaves, ChangedTable? table) =>
        table is not null
        && leaves.Sum(w => w.Updated) == 0
        && leaves.Sum(w => w.Inserted) <= table.Rows.Inserted.Rows
        && leaves.Sum(w => w.Deleted) <= table.Rows.Deleted.Rows;
}
