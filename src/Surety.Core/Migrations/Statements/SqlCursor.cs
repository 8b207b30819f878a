using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>Reads the tokens of a statement, or a stretch of them, from left to right.</summary>
internal sealed class SqlCursor
{
    private readonly string text;
    private readonly IReadOnlyList<SqlToken> tokens;

    // For each opening parenthesis or bracket where it is closed: looked up, so that nested ones cost no more than flat ones.
    private readonly int[] closings;
    private readonly int start;
    private readonly int end;

    public SqlCursor(SqlStatement statement)
    {
        (text, tokens) = (statement.Text, statement.Tokens);
        (start, end) = (0, tokens.Count);
        closings = FindClosings();
    }

    private SqlCursor(SqlCursor whole, int start, int end)
    {
        (text, tokens, closings) = (whole.text, whole.tokens, whole.closings);
        (this.start, this.end) = (start, end);
        Index = start;
    }

    public int Index { get; private set; }

    public int Start => start;

    public int End => end;

    public bool AtEnd => Index >= end;

    /// <summary>The token that is next; of kind <see cref="TokenKind.End"/> where there is none.</summary>
    public SqlToken Current => TokenAt(Index);

    /// <summary>Everything that is left as one stretch, to point at.</summary>
    public SqlToken Span => AtEnd ? Current : Current with { Length = tokens[end - 1].End - Current.Start };

    public SqlToken TokenAt(int index) =>
        index >= start && index < end ? tokens[index] : new SqlToken(TokenKind.End, text.Length, 0);

    public ReadOnlySpan<char> TextAt(int index) =>
        TokenAt(index) is var token ? text.AsSpan(token.Start, token.Length) : default;

    /// <summary>True where the token is this keyword or symbol; a quoted name is no keyword.</summary>
    public bool IsAt(int index, string word) =>
        TokenAt(index).Kind is TokenKind.Word or TokenKind.Symbol
        && TextAt(index).Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool Is(string word) => IsAt(Index, word);

    public bool IsAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Goes past these keywords if all of them are next, in this order.</summary>
    public bool Take(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (!IsAt(Index + i, words[i]))
            {
                return false;
            }
        }

        Index += words.Length;
        return true;
    }

    /// <summary>Goes past the next token, which is one of these or not, and says which; null for none of them.</summary>
    public string? TakeAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Take(word))
            {
                return word;
            }
        }

        return null;
    }

    public void Skip() => Index = Math.Min(Index + 1, end);

    public void SkipTo(int index) => Index = index;

    /// <summary>Goes past a name, with its schema if it has one; the last two parts of longer ones. Null where none is next.</summary>
    public ObjectName? TakeName()
    {
        if (TakePart() is not { } name)
        {
            return null;
        }

        string? schema = null;
        while (Is(".") && TokenAt(Index + 1).Kind is TokenKind.Word or TokenKind.QuotedName)
        {
            Skip();
            (schema, name) = (name, TakePart()!);
        }

        return new ObjectName(schema, name);
    }

    /// <summary>Goes past one name without a schema.</summary>
    public string? TakePart()
    {
        var part = PartAt(Index);
        Index += part is null ? 0 : 1;
        return part;
    }

    /// <summary>The name that a token is, as PostgreSQL stores it; a variable of psql stands for itself.</summary>
    public string? PartAt(int index) =>
        TokenAt(index).Kind switch
        {
            TokenKind.Word => TextAt(index).ToString().ToLowerInvariant(),
            TokenKind.QuotedName => Unquoted(TextAt(index)),
            TokenKind.Variable => TextAt(index).ToString(),
            _ => null,
        };

    /// <summary>Where the parenthesis or bracket at <paramref name="index"/> is closed; the end where it is not.</summary>
    public int ClosingOf(int index) => Math.Min(closings[index], end);

    /// <summary>Goes past something in parentheses, if that is next, and returns what is within.</summary>
    public SqlCursor? TakeGroup()
    {
        if (!Is("("))
        {
            return null;
        }

        var closing = ClosingOf(Index);
        var within = Between(Index + 1, closing);
        Index = Math.Min(closing + 1, end);
        return within;
    }

    /// <summary>What is between two places.</summary>
    public SqlCursor Between(int from, int to) => new(this, from, Math.Max(from, to));

    /// <summary>What is left.</summary>
    public SqlCursor Rest() => Between(Index, end);

    /// <summary>What is left, cut at its commas outside of parentheses.</summary>
    public IEnumerable<SqlCursor> Items()
    {
        var from = Index;
        foreach (var comma in TopLevel(i => IsAt(i, ",")))
        {
            yield return Between(from, comma);
            from = comma + 1;
        }

        if (from < end)
        {
            yield return Between(from, end);
        }
    }

    /// <summary>Where a keyword is next, outside of parentheses; -1 for nowhere.</summary>
    public int Find(string word) => TopLevel(i => IsAt(i, word)).FirstOrDefault(-1);

    public bool Contains(string word) => Find(word) >= 0;

    /// <summary>True where these keywords stand side by side, outside of parentheses.</summary>
    public bool Contains(string word, string next) => TopLevel(i => IsAt(i, word) && IsAt(i + 1, next)).Any();

    /// <summary>The text of what is left, as it stands there.</summary>
    public string Text() => AtEnd ? "" : text[Current.Start..tokens[end - 1].End];

    private IEnumerable<int> TopLevel(Func<int, bool> fits)
    {
        for (var i = Index; i < end; i++)
        {
            if (fits(i))
            {
                yield return i;
            }

            i = Nesting(i) > 0 ? ClosingOf(i) : i;
        }
    }

    private int[] FindClosings()
    {
        var found = new int[tokens.Count];
        var open = new Stack<int>();
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = found.Length;
            var nesting = Nesting(i);
            if (nesting > 0)
            {
                open.Push(i);
            }
            else if (nesting < 0 && open.TryPop(out var opening))
            {
                found[opening] = i;
            }
        }

        return found;
    }

    private int Nesting(int index) =>
        TokenAt(index) is { Kind: TokenKind.Symbol, Length: 1, Start: var at }
            ? text[at] switch
            {
                '(' or '[' => 1,
                ')' or ']' => -1,
                _ => 0,
            }
            : 0;

    private static string Unquoted(ReadOnlySpan<char> quoted)
    {
        var from = quoted.IndexOf('"') + 1;
        var to = quoted.Length > from && quoted[^1] == '"' ? quoted.Length - 1 : quoted.Length;
        return quoted[from..to].ToString().Replace("\"\"", "\"", StringComparison.Ordinal);
    }
}
