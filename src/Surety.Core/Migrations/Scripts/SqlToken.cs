namespace Surety.Core.Migrations.Scripts;

/// <summary>A piece of SQL text as PostgreSQL's lexer sees it. Manual section 4.1.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in the text it was read from.</param>
/// <param name="Length">Its characters, quotes and all.</param>
public readonly record struct SqlToken(TokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}

public enum TokenKind
{
    /// <summary>The text has ended.</summary>
    End,

    /// <summary>A keyword or a name without quotes.</summary>
    Word,

    /// <summary>A name in double quotes, with <c>U&amp;</c> or without.</summary>
    QuotedName,

    /// <summary>A string constant of any form: standard, <c>E''</c>, <c>U&amp;''</c>, <c>B''</c>, <c>X''</c>, dollar-quoted.</summary>
    Text,
    Number,

    /// <summary><c>$1</c>.</summary>
    Parameter,

    /// <summary>An operator, or a single character such as a parenthesis or a comma.</summary>
    Symbol,
    Semicolon,

    /// <summary>A variable of psql: <c>:name</c>, <c>:'name'</c>, <c>:"name"</c>, <c>:{?name}</c>.</summary>
    Variable,

    /// <summary>A backslash outside of everything: a command of psql begins.</summary>
    Backslash,
    LineComment,
    BlockComment,
}
