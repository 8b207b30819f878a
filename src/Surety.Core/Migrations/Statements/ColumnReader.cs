using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Statements;

/// <summary>Reads the definition of a column, in CREATE TABLE and in ADD COLUMN.</summary>
internal static class ColumnReader
{
    /// <summary>The column and its type; the cursor stays behind them.</summary>
    public static DefinedColumn? Read(SqlCursor cursor, ObjectName table, StatementFacts facts)
    {
        var at = cursor.Current;
        if (cursor.TakePart() is not { } name)
        {
            return null;
        }

        facts.NamesGiven.Add((name, at));
        var typeAt = cursor.Current;
        if (TypeName.Read(cursor) is not { } type)
        {
            return null;
        }

        var column = new DefinedColumn(table, name, type, typeAt, IsNew: true)
        {
            IsKey = cursor.Contains("primary", "key") || cursor.Contains("identity"),
        };
        facts.Add(column);
        return column;
    }

    /// <summary>What adding this column to a table with rows does.</summary>
    /// <param name="version">PostgreSQL's major version.</param>
    public static void RateAdded(SqlCursor cursor, DefinedColumn column, int version, StatementFacts facts)
    {
        var constraints = cursor.Rest();
        var table = column.Table;
        var at = constraints.Find("default");
        var hasDefault = at >= 0 && !constraints.IsAt(at + 1, "null");
        var stored = constraints.Contains("generated") && constraints.Contains("stored");
        var identity = constraints.Contains("identity");
        if (stored || identity || column.Type.IsSerial || (hasDefault && RewritesRows(constraints, at, version)))
        {
            facts.Add(
                RuleBook.ColumnRewritesTable,
                $"gives every row of {table} a value of {column.Name}",
                column.At,
                table
            );
        }

        if (hasDefault || stored)
        {
            FunctionCalls.Find(constraints, facts);
        }

        var filled = hasDefault || identity || column.Type.IsSerial || constraints.Contains("generated");
        if (!filled && (constraints.Contains("not", "null") || constraints.Contains("primary", "key")))
        {
            facts.Add(
                RuleBook.RequiredColumn,
                $"adds {column.Name} to {table}, which must not be NULL",
                column.At,
                table
            );
        }

        RateInlineConstraints(constraints, column, facts);
    }

    private static void RateInlineConstraints(SqlCursor constraints, DefinedColumn column, StatementFacts facts)
    {
        (string Word, Rule Rule, string What)[] kinds =
        [
            ("primary", RuleBook.UniqueBuildsIndex, "builds the index of the primary key"),
            ("unique", RuleBook.UniqueBuildsIndex, "builds the index of a unique constraint"),
            ("references", RuleBook.ForeignKeyScan, "checks a foreign key"),
            ("check", RuleBook.ConstraintScan, "checks a constraint"),
        ];
        foreach (var (word, rule, what) in kinds)
        {
            if (constraints.Find(word) is var at and >= 0)
            {
                facts.Add(rule, $"{what} of {column.Table} on {column.Name}", constraints.TokenAt(at), column.Table);
            }
        }
    }

    // Before PostgreSQL 11 any default was written into each row.
    private static bool RewritesRows(SqlCursor constraints, int defaultAt, int version) =>
        version < 11 || FunctionCalls.IsVolatile(constraints.Between(defaultAt + 1, constraints.End));
}
