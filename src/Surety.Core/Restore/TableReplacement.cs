using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// Gives existing tables exactly the rows of a backup, and their sequences its state, within the caller's transaction:
/// locked, emptied, loaded, and proven by receipts and by every foreign key that touches them.
/// </summary>
internal sealed class TableReplacement(RowLoad rows, BackupContents contents)
{
    public async Task<IReadOnlyList<RestoredTable>> RunAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        if (tables.Count == 0)
        {
            return [];
        }

        var names = tables.Select(QualifiedName.Of).ToList();
        var list = string.Join(", ", names.Select(n => $"ONLY {n.Sql}"));
        await connection.RunAsync($"LOCK TABLE {list} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        var triggers = new TriggerHold(connection, names);
        await triggers.BeginAsync(cancellationToken);

        // All are emptied before any is loaded: rows of one may refer to rows of another.
        var before = new List<long>();
        foreach (var (table, name) in tables.Zip(names))
        {
            before.Add(await EmptyAsync(connection, table, name, cancellationToken));
        }

        foreach (var (table, name) in tables.Zip(names))
        {
            await rows.LoadInEncodingAsync(connection, table, name.Sql, cancellationToken);
            TableProof.Require(connection, table, name, contents.Database.Encoding, cancellationToken);
        }

        await ForeignKeyProof.RequireAsync(connection, names, cancellationToken);
        await SequenceLoad.RunOwnedAsync(connection, contents.Sequences, names, cancellationToken);
        await triggers.EndAsync(cancellationToken);
        return tables
            .Zip(names, before)
            .Select(t => new RestoredTable($"{t.Second}", $"{t.Second}", "replaced", t.First.Receipt.Rows, t.Third))
            .ToList();
    }

    /// <summary>Removes the rows that the backup speaks of: of an extension's table only those that are the user's.</summary>
    private static async Task<long> EmptyAsync(
        NpgsqlConnection connection,
        TableEntry table,
        QualifiedName name,
        CancellationToken cancellationToken
    )
    {
        var counts = await connection.QueryAsync(
            $"WITH gone AS (DELETE FROM ONLY {name.Sql} {table.Condition} RETURNING 1) SELECT count(*) FROM gone",
            r => r.GetInt64(0),
            cancellationToken
        );
        return counts[0];
    }
}
