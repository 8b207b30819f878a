using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// Gives existing tables exactly the rows of a backup, within the caller's transaction: locked, emptied, loaded, and
/// proven by receipts and by every foreign key that touches them.
/// </summary>
internal sealed class TableReplacement(RowLoad rows, string encoding)
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

        var names = tables.Select(t => new QualifiedName(t.Schema, t.Name)).ToList();
        var list = string.Join(", ", names.Select(n => $"ONLY {n.Sql}"));
        await connection.RunAsync($"LOCK TABLE {list} IN ACCESS EXCLUSIVE MODE", cancellationToken);
        await RefuseSideEffectsAsync(connection, names, cancellationToken);
        await HoldTriggersAsync(connection, cancellationToken);

        // All are emptied before any is loaded: rows of one may refer to rows of another.
        var before = new List<long>();
        foreach (var name in names)
        {
            before.Add(await EmptyAsync(connection, name, cancellationToken));
        }

        foreach (var table in tables)
        {
            var name = new QualifiedName(table.Schema, table.Name);
            await rows.LoadInEncodingAsync(connection, table, name.Sql, cancellationToken);
            TableProof.Require(connection, table, name, encoding, cancellationToken);
        }

        await ForeignKeyProof.RequireAsync(connection, names, cancellationToken);
        return tables
            .Zip(names, before)
            .Select(t => new RestoredTable($"{t.Second}", $"{t.Second}", "replaced", t.First.Receipt.Rows, t.Third))
            .ToList();
    }

    /// <summary>
    /// Triggers that fire even in a replica session, and rules on DELETE, would do something else than replace the rows.
    /// </summary>
    private static async Task RefuseSideEffectsAsync(
        NpgsqlConnection connection,
        IReadOnlyList<QualifiedName> names,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass)
            FROM pg_trigger t
            WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'R') AND t.tgrelid = ANY ($1::text[]::regclass[])
            UNION ALL
            SELECT format('rule %I on %s', r.rulename, r.ev_class::regclass)
            FROM pg_rewrite r
            WHERE r.ev_type = '4' AND r.ev_enabled <> 'D' AND r.ev_class = ANY ($1::text[]::regclass[])
            """;
        var found = await connection.QueryAsync(
            sql,
            r => r.GetString(0),
            cancellationToken,
            names.Select(n => n.Sql).ToArray()
        );
        if (found.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.ConfirmationNeeded,
                $"{string.Join(", ", found)} would run while rows are replaced; nothing was changed",
                "disable it first, or restore the table beside the existing one"
            );
        }
    }

    /// <summary>
    /// Ordinary triggers, those of foreign keys included, must not fire for rows that are only put back. Where the role
    /// may not hold them, PostgreSQL itself checks the keys, and refuses what does not fit.
    /// </summary>
    private static async Task HoldTriggersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SAVEPOINT before_role", cancellationToken);
        try
        {
            await connection.RunAsync("SET LOCAL session_replication_role = replica", cancellationToken);
        }
        catch (SuretyException e) when (e.Code == ErrorCode.PrivilegeMissing)
        {
            await connection.RunAsync("ROLLBACK TO before_role", cancellationToken);
        }
    }

    private static async Task<long> EmptyAsync(
        NpgsqlConnection connection,
        QualifiedName name,
        CancellationToken cancellationToken
    )
    {
        var counts = await connection.QueryAsync(
            $"WITH gone AS (DELETE FROM ONLY {name.Sql} RETURNING 1) SELECT count(*) FROM gone",
            r => r.GetInt64(0),
            cancellationToken
        );
        return counts[0];
    }
}
