using Surety.Core.Migrations.Scripts;

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
    private readonly IReadOnlyList<SqlToken> tokens = statement.Tokens;

    /// <summary>Everything after a word that is in no parentheses; null where it is not there.</summary>
    public string? After(string word)
    {
        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            depth += Depth(i);
            if (depth == 0 && Is(i, word))
            {
                return Between(i + 1, tokens.Count);
            }
        }

        return null;
    }

    /// <summary>The condition of a check constraint by its name, or the only one there is.</summary>
    public string? CheckOf(string name)
    {
        var checks = Enumerable.Range(0, tokens.Count).Where(i => Is(i, "CHECK")).ToList();
        var named = checks.Where(i => i >= 2 && Is(i - 2, "CONSTRAINT") && Unquoted(i - 1) == name).ToList();
        var found =
            named.Count > 0 ? named[0]
            : checks is [var only] ? only
            : -1;
        return found < 0 ? null : InParentheses(found + 1).Text;
    }

    /// <summary>The foreign keys that it declares for tables: own columns, referenced table, referenced columns.</summary>
    public IEnumerable<(string Columns, string Table, string? Referenced)> ForeignKeys()
    {
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (!Is(i, "FOREIGN") || !Is(i + 1, "KEY"))
            {
                continue;
            }

            var (own, next) = InParentheses(i + 2);
            if (own is not null && Is(next, "REFERENCES"))
            {
                var end = NameEnd(next + 1);
                yield return (own, Between(next + 1, end), InParentheses(end).Text);
            }
        }
    }

    /// <summary>The first column that ALTER TABLE gives another type.</summary>
    public RetypedColumn? RetypedColumn()
    {
        if (!Is(0, "ALTER") || !Is(1, "TABLE"))
        {
            return null;
        }

        var name = Is(2, "IF") ? 4 : 2;
        name += Is(name, "ONLY") ? 1 : 0;
        for (var i = NameEnd(name); i < tokens.Count; i++)
        {
            var column = Is(i, "ALTER") ? i + (Is(i + 1, "COLUMN") ? 2 : 1) : -1;
            var type = column < 0 ? -1 : column + (Is(column + 1, "SET") && Is(column + 2, "DATA") ? 3 : 1);
            if (type < 0 || !Is(type, "TYPE"))
            {
                continue;
            }

            var end = ActionEnd(type);
            var use = Enumerable.Range(type, end - type).FirstOrDefault(j => Is(j, "USING"), end);
            var collate = Enumerable.Range(type, use - type).FirstOrDefault(j => Is(j, "COLLATE"), use);
            var text = Between(column, column + 1);
            return new RetypedColumn(
                Between(name, NameEnd(name)),
                text,
                Between(type + 1, collate),
                use < end ? Between(use + 1, end) : text
            );
        }

        return null;
    }

    /// <summary>The comma or the end that an action of ALTER TABLE stops at.</summary>
    private int ActionEnd(int start)
    {
        var depth = 0;
        for (var i = start; i < tokens.Count; i++)
        {
            depth += Depth(i);
            if (depth == 0 && Is(i, ","))
            {
                return i;
            }
        }

        return tokens.Count;
    }

    /// <summary>Where a name ends, dots and all.</summary>
    private int NameEnd(int start)
    {
        var end = start + 1;
        while (end + 1 < tokens.Count && Is(end, "."))
        {
            end += 2;
        }

        return end;
    }

    private (string? Text, int Next) InParentheses(int open)
    {
        if (!Is(open, "("))
        {
            return (null, open);
        }

        var depth = 0;
        for (var i = open; i < tokens.Count; i++)
        {
            depth += Depth(i);
            if (depth == 0)
            {
                return (Between(open + 1, i), i + 1);
            }
        }

        return (null, tokens.Count);
    }

    private int Depth(int i) =>
        Is(i, "(") ? 1
        : Is(i, ")") ? -1
        : 0;

    private bool Is(int i, string word) =>
        i >= 0
        && i < tokens.Count
        && tokens[i].Kind is TokenKind.Word or TokenKind.Symbol
        && statement.Text.AsSpan(tokens[i].Start, tokens[i].Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    private string Unquoted(int i)
    {
        var text = statement.Text.Substring(tokens[i].Start, tokens[i].Length);
        return text is ['"', .., '"']
            ? text[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
            : text.ToLowerInvariant();
    }

    private string Between(int first, int end) =>
        first >= end ? "" : statement.Text[tokens[first].Start..tokens[end - 1].End];
}
