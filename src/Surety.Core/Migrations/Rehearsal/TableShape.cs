using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>What has to be known of a table to read its values.</summary>
/// <param name="Name">Qualified, as SQL has it.</param>
/// <param name="Columns">By their numbers, which no rename changes.</param>
/// <param name="Key">The columns of the primary key; empty without one.</param>
internal sealed record TableShape(string Name, IReadOnlyDictionary<int, ShapedColumn> Columns, IReadOnlyList<int> Key)
{
    private const string TableSql = """
        SELECT format('%I.%I', n.nspname, c.relname),
            (SELECT i.indkey::int2[] FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1
        """;

    private const string ColumnsSql = """
        SELECT attnum, quote_ident(attname), format_type(atttypid, atttypmod), atttypid, atttypmod FROM pg_attribute
        WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        """;

    /// <summary>Null where there is no such table.</summary>
    public static async Task<TableShape?> ReadAsync(
        NpgsqlConnection session,
        uint table,
        CancellationToken cancellationToken
    )
    {
        var found = await session.QueryAsync(
            TableSql,
            r => (Name: r.GetString(0), Key: r.IsDBNull(1) ? [] : r.GetFieldValue<short[]>(1)),
            cancellationToken,
            table
        );
        if (found.Count == 0)
        {
            return null;
        }

        var columns = await session.QueryAsync(
            ColumnsSql,
            r =>
                (
                    Number: (int)r.GetInt16(0),
                    Column: new ShapedColumn(r.GetString(1), r.GetString(2), (r.GetFieldValue<uint>(3), r.GetInt32(4)))
                ),
            cancellationToken,
            table
        );
        return new TableShape(
            found[0].Name,
            columns.ToDictionary(c => c.Number, c => c.Column),
            [.. found[0].Key.Select(n => (int)n)]
        );
    }
}

/// <param name="Name">Quoted where it has to be.</param>
/// <param name="Type">As SQL has it, qualified, with its modifiers.</param>
/// <param name="TypeId">Its OID and modifiers: the same whatever the type and its schema are called.</param>
internal readonly record struct ShapedColumn(string Name, string Type, (uint, int) TypeId);
