namespace Surety.Core.Migrations.Scripts;

/// <summary>Knows where a script carries rows: <c>COPY ... FROM stdin</c> and <c>\copy ... from stdin</c>.</summary>
internal static class CopyFromInput
{
    public static bool IsIn(SqlStatement statement) =>
        statement.Tokens.Count > 0 && Reads(statement.Text, statement.Tokens);

    public static bool IsIn(MetaCommand command)
    {
        if (command.Name != "copy")
        {
            return false;
        }

        var text = "copy " + command.Arguments;
        return Reads(text, MigrationScript.Parse(text).Statements.SelectMany(s => s.Tokens).ToList());
    }

    /// <summary>The data from <paramref name="start"/> on: how long they are, and where the script goes on.</summary>
    public static (int Length, int Next) DataAt(string text, int start)
    {
        for (var line = start; line < text.Length; )
        {
            var end = text.IndexOf('\n', line);
            var next = end < 0 ? text.Length : end + 1;
            if (text.AsSpan(line, next - line).TrimEnd("\r\n") is @"\.")
            {
                return (line - start, next);
            }

            line = next;
        }

        return (text.Length - start, text.Length);
    }

    private static bool Reads(string text, IReadOnlyList<SqlToken> tokens)
    {
        if (!Is(text, tokens[0], "copy"))
        {
            return false;
        }

        var depth = 0;
        for (var i = 1; i + 1 < tokens.Count; i++)
        {
            depth +=
                Is(text, tokens[i], "(") ? 1
                : Is(text, tokens[i], ")") ? -1
                : 0;
            if (depth == 0 && Is(text, tokens[i], "from"))
            {
                return Is(text, tokens[i + 1], "stdin");
            }
        }

        return false;
    }

    private static bool Is(string text, SqlToken token, string word) =>
        token.Kind is TokenKind.Word or TokenKind.Symbol
        && text.AsSpan(token.Start, token.Length).Equals(word, StringComparison.OrdinalIgnoreCase);
}
