using Surety.Core.Migrations.Scripts;
using Surety.Core.Migrations.Statements;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>A column that a statement gives another type.</summary>
/// <param name="Table">As the statement names it.</param>
/// <param name="Expression">What makes the new values: that of USING, else the column.</param>
internal sealed record RetypedColumn(string Table, string Column, string Type, string Expression);

/// <summary>
/// Parts of a statement as they stand there: what the server does not say of a constraint or a column that did not come
/// about.
/// </summary>
internal sealed class StatementClauses(SqlStatement statement)
{
    /// <summary>The condition of a partial index; null for any other statement.</summary>
    public string? IndexCondition()
    {
        var cursor = new SqlCursor(statement);
        var where = cursor.Take("create", "unique", "index") ? cursor.Find("where") : -1;
        return where < 0 ? null : cursor.Between(where + 1, cursor.End).Text();
    }

    /// <summary>The condition of a check constraint by its name, or the only one there is.</summary>
    public string? CheckOf(string name)
    {
        var checks = new List<(string? Name, string Condition)>();
        var cursor = new SqlCursor(statement);
        while (cursor.Find("check") is var check and >= 0)
        {
            var named = cursor.IsAt(check - 2, "constraint") ? cursor.PartAt(check - 1) : null;
            cursor.SkipTo(check + 1);
            if (cursor.TakeGroup() is { } condition)
            {
                checks.Add((named, condition.Text()));
            }
        }

        return checks.FirstOrDefault(c => c.Name == name).Condition ?? (checks is [var only] ? only.Condition : null);
    }

    /// <summary>The foreign keys that it declares for tables: own columns, referenced table, referenced columns.</summary>
    public IEnumerable<(string Columns, string Table, string? Referenced)> ForeignKeys()
    {
        var cursor = new SqlCursor(statement);
        while (cursor.Find("foreign") is var foreign and >= 0)
        {
            cursor.SkipTo(foreign + 1);
            if (cursor.Take("key") && cursor.TakeGroup() is { } own && cursor.Take("references"))
            {
                var table = TakeNameText(cursor);
                yield return (own.Text(), table, cursor.TakeGroup()?.Text());
            }
        }
    }

    /// <summary>The columns that ALTER TABLE gives another type.</summary>
    public IEnumerable<RetypedColumn> RetypedColumns()
    {
        var cursor = new SqlCursor(statement);
        if (!cursor.Take("alter", "table"))
        {
            yield break;
        }

        cursor.Take("if", "exists");
        cursor.Take("only");
        var table = TakeNameText(cursor);
        cursor.Take("*");
        foreach (var action in cursor.Items())
        {
            if (!action.Take("alter"))
            {
                continue;
            }

            action.Take("column");
            var column = TakeNameText(action);
            action.Take("set", "data");
            if (!action.Take("type"))
            {
                continue;
            }

            var use = action.Find("using") is var found and >= 0 ? found : action.End;
            var collate = action.Find("collate") is var at and >= 0 && at < use ? at : use;
            yield return new RetypedColumn(
                table,
                column,
                action.Between(action.Index, collate).Text(),
                use < action.End ? action.Between(use + 1, action.End).Text() : column
            );
        }
    }

    /// <summary>Goes past a name and returns it as it stands there.</summary>
    private static string TakeNameText(SqlCursor cursor)
    {
        var start = cursor.Index;
        cursor.TakeName();
        return cursor.Between(start, cursor.Index).Text();
    }
}
