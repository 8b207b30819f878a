using System.Buffers;

namespace Surety.Core.Migrations.Scripts;

/// <summary>
/// Takes SQL text apart as psql does (PostgreSQL's <c>psqlscan.l</c>), one token a call, each character looked at a
/// bounded number of times. What is not closed ends with the text. Nothing is an error here: what a server would refuse
/// has to be shown, not to fail.
/// </summary>
internal sealed class SqlLexer(string text, int position = 0)
{
    // "-" and "/" are among them: a comment ends an operator.
    private static readonly SearchValues<char> OperatorCharacters = SearchValues.Create("~!@#^&|`?+-*/%<>=");

    /// <summary>Where the next token is looked for.</summary>
    public int Position { get; set; } = position;

    /// <summary>False where a backslash escapes in plain strings too, as of <c>SET standard_conforming_strings = off</c>.</summary>
    public bool StandardStrings { get; set; } = true;

    /// <summary>The next token, comments included, space skipped.</summary>
    public SqlToken Next()
    {
        while (Position < text.Length && IsSpace(text[Position]))
        {
            Position++;
        }

        var start = Position;
        var kind = start < text.Length ? Read(text[start]) : TokenKind.End;
        return new SqlToken(kind, start, Position - start);
    }

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    public static bool StartsName(char c) => char.IsAsciiLetter(c) || c is '_' or >= '\x80';

    public static bool ContinuesName(char c) => StartsName(c) || char.IsAsciiDigit(c) || c == '$';

    private TokenKind Read(char first) =>
        first switch
        {
            '\'' => ReadString(1, escapes: !StandardStrings),
            '"' => ReadQuotedName(1),
            '$' => ReadDollar(),
            ':' => ReadColon(),
            ';' => ReadSymbol(1, TokenKind.Semicolon),
            '\\' => ReadSymbol(1, TokenKind.Backslash),
            '-' when Peek(1) == '-' => ReadLineComment(),
            '/' when Peek(1) == '*' => ReadBlockComment(),
            'e' or 'E' when Peek(1) == '\'' => ReadString(2, escapes: true),
            'b' or 'B' or 'x' or 'X' when Peek(1) == '\'' => ReadString(2, escapes: false),
            'u' or 'U' when Peek(1) == '&' && Peek(2) == '\'' => ReadString(3, escapes: false),
            'u' or 'U' when Peek(1) == '&' && Peek(2) == '"' => ReadQuotedName(3),
            _ when StartsName(first) => ReadWord(),
            _ when char.IsAsciiDigit(first) || (first == '.' && char.IsAsciiDigit(Peek(1))) => ReadNumber(),
            _ when OperatorCharacters.Contains(first) => ReadOperator(),
            _ => ReadSymbol(1, TokenKind.Symbol),
        };

    private char Peek(int ahead) => Position + ahead < text.Length ? text[Position + ahead] : '\0';

    private TokenKind ReadSymbol(int length, TokenKind kind)
    {
        Position += length;
        return kind;
    }

    private TokenKind ReadWord()
    {
        while (Position < text.Length && ContinuesName(text[Position]))
        {
            Position++;
        }

        return TokenKind.Word;
    }

    private TokenKind ReadNumber()
    {
        while (Position < text.Length && (char.IsAsciiLetterOrDigit(text[Position]) || text[Position] is '.' or '_'))
        {
            // "1..2" is a number, two dots and a number.
            if (text[Position] == '.' && Peek(1) == '.')
            {
                break;
            }

            var exponent = text[Position] is 'e' or 'E' && Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2));
            Position += exponent ? 2 : 1;
        }

        return TokenKind.Number;
    }

    private TokenKind ReadOperator()
    {
        do
        {
            Position++;
        } while (
            Position < text.Length
            && OperatorCharacters.Contains(text[Position])
            && !(text[Position] == '-' && Peek(1) == '-')
            && !(text[Position] == '/' && Peek(1) == '*')
        );
        return TokenKind.Symbol;
    }

    private TokenKind ReadLineComment()
    {
        var end = text.AsSpan(Position).IndexOfAny('\n', '\r');
        Position = end < 0 ? text.Length : Position + end;
        return TokenKind.LineComment;
    }

    private TokenKind ReadBlockComment()
    {
        var depth = 0;
        do
        {
            if (Peek(0) == '/' && Peek(1) == '*')
            {
                depth++;
                Position += 2;
            }
            else if (Peek(0) == '*' && Peek(1) == '/')
            {
                depth--;
                Position += 2;
            }
            else
            {
                Position++;
            }
        } while (depth > 0 && Position < text.Length);
        Position = Math.Min(Position, text.Length);
        return TokenKind.BlockComment;
    }

    private TokenKind ReadQuotedName(int opening)
    {
        Position += opening;
        do
        {
            // A doubled quote is one of the name.
            var end = text.AsSpan(Position).IndexOf('"');
            Position = end < 0 ? text.Length : Position + end + 1;
        } while (Peek(0) == '"' && ++Position <= text.Length);
        return TokenKind.QuotedName;
    }

    private TokenKind ReadString(int opening, bool escapes)
    {
        Position += opening;
        while (Position < text.Length)
        {
            var c = text[Position++];
            if (c == '\\' && escapes)
            {
                Position = Math.Min(Position + 1, text.Length);
            }
            else if (c == '\'' && Peek(0) == '\'')
            {
                Position++;
            }
            else if (c == '\'')
            {
                break;
            }
        }

        return TokenKind.Text;
    }

    private TokenKind ReadDollar()
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            Position++;
            while (char.IsAsciiDigit(Peek(0)))
            {
                Position++;
            }

            return TokenKind.Parameter;
        }

        var tag = Position + 1;
        while (tag < text.Length && ContinuesName(text[tag]) && text[tag] != '$')
        {
            tag++;
        }

        if (tag == text.Length || text[tag] != '$')
        {
            return ReadSymbol(1, TokenKind.Symbol);
        }

        var delimiter = text.AsSpan(Position, tag + 1 - Position);
        var body = Position + delimiter.Length;
        var end = text.AsSpan(body).IndexOf(delimiter);
        Position = end < 0 ? text.Length : body + end + delimiter.Length;
        return TokenKind.Text;
    }

    private TokenKind ReadColon()
    {
        var next = Peek(1);
        if (next is ':' or '=')
        {
            return ReadSymbol(2, TokenKind.Symbol);
        }

        var length = next switch
        {
            '\'' or '"' => VariableLength(2, next),
            '{' when Peek(2) == '?' => VariableLength(3, '}'),
            _ => VariableLength(1, null),
        };
        return length == 0 ? ReadSymbol(1, TokenKind.Symbol) : ReadSymbol(length, TokenKind.Variable);
    }

    /// <summary>How long a variable is whose name begins at <paramref name="name"/>; 0 where there is none.</summary>
    private int VariableLength(int name, char? closing)
    {
        var length = name;
        while (char.IsAsciiLetterOrDigit(Peek(length)) || Peek(length) is '_' or >= '\x80')
        {
            length++;
        }

        return length == name ? 0
            : closing is null ? length
            : Peek(length) == closing ? length + 1
            : 0;
    }
}
