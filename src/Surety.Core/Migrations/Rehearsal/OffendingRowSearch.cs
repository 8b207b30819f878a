using System.Text.RegularExpressions;
using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Finds the rows that a statement failed over: the server names the table, the column or the constraint; what a constraint
/// that did not come about would have been stands in the statement.
/// </summary>
/// <param name="session">In the transaction of the statement, as it was before that, with its names.</param>
internal sealed partial class OffendingRowSearch(NpgsqlConnection session, bool showValues)
{
    private const int Samples = 5;

    // Nobody waits longer for the reason than for the failure.
    private const string Limit = "SET LOCAL statement_timeout = '60s'";

    /// <param name="Where">Of the table <c>t</c>.</param>
    /// <param name="What">What is the matter with the rows, as the end of "12 rows ...".</param>
    /// <param name="Values">What shows it, where values may be shown.</param>
    private readonly record struct Suspicion(string Table, string Where, string What, string? Values);

    /// <returns>Null where no rows are known to be the reason.</returns>
    public async Task<OffendingRows?> FindAsync(
        SentStatement step,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        await session.RunAsync(Limit, cancellationToken);
        var suspicion = refused.SqlState switch
        {
            PostgresErrorCodes.NotNullViolation => await NullsAsync(refused, cancellationToken),
            PostgresErrorCodes.UniqueViolation => Duplicates(step, refused),
            PostgresErrorCodes.ForeignKeyViolation => await OrphansAsync(step, refused, cancellationToken),
            PostgresErrorCodes.CheckViolation => await ViolatorsAsync(step, refused, cancellationToken),
            _ => null,
        };
        return suspicion is { } found ? await CountAsync(found, cancellationToken)
            : refused.SqlState is ['2', '2', ..] ? await UncastableAsync(step, cancellationToken)
            : null;
    }

    private async Task<Suspicion?> NullsAsync(PostgresException refused, CancellationToken cancellationToken)
    {
        if (TableOf(refused) is not { } table || refused.ColumnName is not { } name)
        {
            return null;
        }

        var column = SqlText.Identifier(name);
        var exists = await session.QueryAsync(
            "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2 AND NOT attisdropped",
            r => r.GetInt32(0),
            cancellationToken,
            table,
            name
        );
        return exists.Count > 0
            ? new Suspicion(table, $"t.{column} IS NULL", $"have no {name}", null)
            : new Suspicion(table, "true", $"are there already, and would have no {name}", null);
    }

    private static Suspicion? Duplicates(SentStatement step, PostgresException refused)
    {
        // "Key (lower(email))=(a@b.c) is duplicated."
        var key = KeyExpressions().Match(refused.Detail ?? "");
        if (TableOf(refused) is not { } table || !key.Success)
        {
            return null;
        }

        var expressions = key.Groups["key"].Value;
        var partial = new StatementClauses(step.Statement).IndexCondition();
        var condition = partial is null ? "true" : $"({partial})";
        var row = $"ROW({expressions})";
        var groups =
            $"SELECT {expressions} FROM {table} t WHERE {condition} AND {row} IS NOT NULL GROUP BY {expressions}";
        return new Suspicion(
            table,
            $"{condition} AND ({expressions}) IN ({groups} HAVING count(*) > 1)",
            $"share their {expressions} with another",
            $"{row}::text"
        );
    }

    private async Task<Suspicion?> OrphansAsync(
        SentStatement step,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        if (
            TableOf(refused) is not { } table
            || await ForeignKeyClause.FindAsync(session, step, table, refused, cancellationToken) is not { } key
        )
        {
            return null;
        }

        var given = string.Join(" AND ", key.Columns.Select(c => $"t.{c} IS NOT NULL"));
        var equal = string.Join(" AND ", key.Columns.Zip(key.Referenced, (own, other) => $"r.{other} = t.{own}"));
        return new Suspicion(
            table,
            $"{given} AND NOT EXISTS (SELECT FROM {key.Table} r WHERE {equal})",
            $"refer by {string.Join(", ", key.Columns)} to no row of {key.Table}",
            $"ROW({string.Join(", ", key.Columns.Select(c => $"t.{c}"))})::text"
        );
    }

    private async Task<Suspicion?> ViolatorsAsync(
        SentStatement step,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        if (TableOf(refused) is not { } table || refused.ConstraintName is not { } name)
        {
            return null;
        }

        var known = await session.QueryAsync(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = to_regclass($1) AND conname = $2",
            r => r.GetString(0),
            cancellationToken,
            table,
            name
        );
        var condition = known is [var stored] ? stored : new StatementClauses(step.Statement).CheckOf(name);
        return condition is null ? null : new Suspicion(table, $"NOT ({condition})", $"are against {name}", "t::text");
    }

    /// <summary>Values that do not fit into the new type of their column: each one is tried.</summary>
    private async Task<OffendingRows?> UncastableAsync(SentStatement step, CancellationToken cancellationToken)
    {
        foreach (var change in new StatementClauses(step.Statement).RetypedColumns())
        {
            if (
                await UncastableAsync(change, cancellationToken) is { } suspicion
                && await CountAsync(suspicion, cancellationToken) is { } rows
            )
            {
                return rows;
            }
        }

        return null;
    }

    private async Task<Suspicion?> UncastableAsync(RetypedColumn change, CancellationToken cancellationToken)
    {
        var table = await session.QueryAsync(
            "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)",
            r => (Name: r.GetString(0), Short: r.GetString(1)),
            cancellationToken,
            change.Table
        );
        if (table is not [var found])
        {
            return null;
        }

        // An assignment: what a cast would cut off without a word, it refuses, as ALTER TYPE does.
        await session.RunAsync(
            $"""
            CREATE OR REPLACE FUNCTION pg_temp.surety_does_not_fit(r {found.Name}) RETURNS bool LANGUAGE plpgsql AS $surety$
            DECLARE fitting {change.Type};
            BEGIN SELECT {change.Expression} INTO fitting FROM (SELECT (r).*) AS {found.Short}; RETURN false;
            EXCEPTION WHEN data_exception THEN RETURN true; END $surety$
            """,
            cancellationToken
        );
        return new Suspicion(
            found.Name,
            "pg_temp.surety_does_not_fit(t)",
            $"have a {change.Column} that does not fit into {change.Type}",
            $"t.{change.Column}::text"
        );
    }

    private async Task<OffendingRows?> CountAsync(Suspicion suspicion, CancellationToken cancellationToken)
    {
        var (table, where, what, values) = suspicion;
        var count = await session.QueryAsync(
            $"SELECT count(*) FROM {table} t WHERE {where}",
            r => r.GetInt64(0),
            cancellationToken
        );
        if (count[0] == 0)
        {
            return null;
        }

        var key = await KeyAsync(table, cancellationToken);
        var value = showValues && values is not null ? $" || ': ' || coalesce({values}, 'NULL')" : "";
        var sample = await session.QueryAsync(
            $"SELECT {key.Text}{value} FROM {table} t WHERE {where} ORDER BY {key.Order} LIMIT {Samples}",
            r => r.GetString(0),
            cancellationToken
        );
        var shown = await session.QueryAsync(
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)",
            r => r.GetString(0),
            cancellationToken,
            table
        );
        return new OffendingRows(shown[0], count[0], what, sample);
    }

    /// <summary>How a row is called: by its key, or by where it lies.</summary>
    private async Task<(string Text, string Order)> KeyAsync(string table, CancellationToken cancellationToken)
    {
        var columns = await session.QueryAsync(
            """
            SELECT quote_ident(a.attname) FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
            JOIN pg_attribute a ON a.attnum = k.number
            WHERE i.indrelid = to_regclass($1) AND i.indisprimary AND a.attrelid = i.indrelid ORDER BY k.place
            """,
            r => r.GetString(0),
            cancellationToken,
            table
        );
        return columns.Count == 0
            ? ("'ctid=' || t.ctid::text", "t.ctid")
            : (
                string.Join(" || ', ' || ", columns.Select(c => $"{SqlText.Literal($"{c}=")} || t.{c}::text")),
                string.Join(", ", columns.Select(c => $"t.{c}"))
            );
    }

    private static string? TableOf(PostgresException refused) =>
        refused is { SchemaName: { } schema, TableName: { } table }
            ? $"{SqlText.Identifier(schema)}.{SqlText.Identifier(table)}"
            : null;

    [GeneratedRegex(@"\((?<key>.*?)\)=\(", RegexOptions.Singleline)]
    private static partial Regex KeyExpressions();
}
