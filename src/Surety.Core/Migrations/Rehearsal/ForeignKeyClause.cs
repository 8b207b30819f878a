using System.Text.RegularExpressions;
using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>A foreign key that rows are against: one that is there, or one that the failed statement would have made.</summary>
/// <param name="Columns">Quoted where they have to be, as is everything here.</param>
/// <param name="Table">The referenced one.</param>
internal sealed partial record ForeignKeyClause(
    IReadOnlyList<string> Columns,
    string Table,
    IReadOnlyList<string> Referenced
)
{
    private const string StoredSql = """
        SELECT (SELECT array_agg(quote_ident(a.attname) ORDER BY k.place) FROM unnest(o.conkey) WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number),
            o.confrelid::regclass::text,
            (SELECT array_agg(quote_ident(a.attname) ORDER BY k.place) FROM unnest(o.confkey) WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number)
        FROM pg_constraint o WHERE o.conrelid = to_regclass($1) AND o.conname = $2 AND o.contype = 'f'
        """;

    private const string PrimaryKeySql = """
        SELECT quote_ident(a.attname) FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY k (number, place)
        JOIN pg_attribute a ON a.attnum = k.number
        WHERE i.indrelid = to_regclass($1) AND i.indisprimary AND a.attrelid = i.indrelid ORDER BY k.place
        """;

    public static async Task<ForeignKeyClause?> FindAsync(
        NpgsqlConnection session,
        SentStatement step,
        string table,
        PostgresException refused,
        CancellationToken cancellationToken
    )
    {
        var stored = await session.QueryAsync(
            StoredSql,
            r => new ForeignKeyClause(r.GetFieldValue<string[]>(0), r.GetString(1), r.GetFieldValue<string[]>(2)),
            cancellationToken,
            table,
            refused.ConstraintName ?? ""
        );
        if (stored is [var known])
        {
            return known;
        }

        // "Key (club)=(77) is not present in table "clubs"." tells which of several it is.
        var own = OwnColumns().Match(refused.Detail ?? "").Groups["columns"].Value;
        foreach (var declared in new StatementClauses(step.Statement).ForeignKeys())
        {
            if (Same(declared.Columns, own))
            {
                var referenced = declared.Referenced is { } columns
                    ? Split(columns)
                    : await session.QueryAsync(PrimaryKeySql, r => r.GetString(0), cancellationToken, declared.Table);
                return new ForeignKeyClause(Split(declared.Columns), declared.Table, referenced);
            }
        }

        return null;
    }

    private static string[] Split(string columns) => columns.Split(',', StringSplitOptions.TrimEntries);

    private static bool Same(string declared, string own) =>
        Split(declared)
            .Select(c => c.Trim('"'))
            .SequenceEqual(Split(own).Select(c => c.Trim('"')), StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex(@"\((?<columns>.*?)\)=\(")]
    private static partial Regex OwnColumns();
}
