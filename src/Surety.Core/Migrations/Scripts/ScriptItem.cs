namespace Surety.Core.Migrations.Scripts;

/// <summary>What psql meets in a script, in its order.</summary>
/// <param name="Source">The text that it is from.</param>
/// <param name="Start">Where it begins there, in characters.</param>
public abstract record ScriptItem(ScriptSource Source, int Start)
{
    /// <summary>The line of its first word, from 1.</summary>
    public virtual int Line => Source.PositionOf(Start).Line;
}

/// <summary>One statement, as psql would send it: from its first character to its semicolon.</summary>
/// <param name="Text">What is sent. Commands of psql within it are left out, variables of psql are left as they are.</param>
/// <param name="Pieces">Where its parts are in the source: one, unless a command of psql stands within.</param>
public sealed record SqlStatement(ScriptSource Source, int Start, string Text, IReadOnlyList<TextPiece> Pieces)
    : ScriptItem(Source, Start)
{
    public override int Line => PositionOf(Tokens.Count > 0 ? Tokens[0].Start : 0).Line;

    /// <summary>How strings are read, which a script can change by <c>SET standard_conforming_strings</c>.</summary>
    public bool StandardStrings { get; init; } = true;

    /// <summary>True where <c>\;</c> ended it: psql sends it with the next one, and both are one transaction.</summary>
    public bool SentWithNext { get; init; }

    /// <summary>Its tokens, positions being those in <see cref="Text"/>; no comments, not the last semicolon.</summary>
    public IReadOnlyList<SqlToken> Tokens => field ??= ReadTokens();

    /// <summary>True where it holds nothing but comments and a semicolon.</summary>
    public bool IsEmpty => Tokens.Count == 0;

    /// <summary>True where variables of psql are in it, so that what runs is not what stands here.</summary>
    public bool HasVariables => Tokens.Any(t => t.Kind == TokenKind.Variable);

    /// <summary>Line and column of a place in <see cref="Text"/>.</summary>
    public TextPosition PositionOf(int offset)
    {
        var piece = Pieces.Last(p => p.TextStart <= offset);
        return Source.PositionOf(piece.SourceStart + offset - piece.TextStart);
    }

    private List<SqlToken> ReadTokens()
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(Text) { StandardStrings = StandardStrings };
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (token.Kind is not (TokenKind.LineComment or TokenKind.BlockComment))
            {
                tokens.Add(token);
            }
        }

        if (tokens is [.., { Kind: TokenKind.Semicolon }])
        {
            tokens.RemoveAt(tokens.Count - 1);
        }

        return tokens;
    }
}

/// <param name="TextStart">Where the piece begins in the statement's text.</param>
/// <param name="SourceStart">Where it begins in the source.</param>
public readonly record struct TextPiece(int TextStart, int SourceStart);

/// <summary>A command of psql: <c>\i other.sql</c>.</summary>
/// <param name="Name">Without the backslash: <c>i</c>, <c>gexec</c>, <c>!</c>.</param>
/// <param name="Arguments">The rest, as it stands there.</param>
public sealed record MetaCommand(ScriptSource Source, int Start, string Name, string Arguments)
    : ScriptItem(Source, Start)
{
    /// <summary>True for <c>\i</c> and <c>\ir</c>, by their long names too.</summary>
    public bool IncludesFile => Name is "i" or "ir" or "include" or "include_relative";

    public override string ToString() => $"\\{Name} {Arguments}".TrimEnd();
}

/// <summary>The lines after <c>COPY ... FROM stdin</c>, up to <c>\.</c> without it.</summary>
/// <param name="Length">Their characters.</param>
public sealed record CopyData(ScriptSource Source, int Start, int Length) : ScriptItem(Source, Start)
{
    /// <summary>The data itself, as COPY takes it.</summary>
    public ReadOnlySpan<char> Rows => Source.Text.AsSpan(Start, Length);
}

/// <summary>A comment from <c>--</c> to the end of its line.</summary>
/// <param name="Text">With its dashes.</param>
public sealed record LineComment(int Start, TextPosition Position, string Text);
