using System.Text;

namespace Surety.Core.Migrations.Scripts;

/// <summary>
/// Takes a script apart as psql reads a file (<c>mainloop.c</c>, <c>psqlscan.l</c>): a semicolon ends a statement unless it
/// is in parentheses or in the body of a routine; a backslash begins a command; data follow the line of a COPY FROM stdin.
/// In one pass.
/// </summary>
/// <remarks>Both branches of <c>\if</c> are read: which one runs is not known here.</remarks>
internal sealed class ScriptSplitter(ScriptSource source)
{
    private readonly string text = source.Text;
    private readonly SqlLexer lexer = new(source.Text);
    private readonly RoutineBody routine = new();
    private readonly List<ScriptItem> items = [];
    private readonly List<LineComment> comments = [];

    // The statement that is being read: what is finished of it, and where the piece begins that is not; -1 for none.
    private readonly StringBuilder finished = new();
    private readonly List<TextPiece> pieces = [];
    private int pieceStart = -1;
    private int pieceEnd;
    private int parentheses;

    // What waits for the end of a line: data of COPY begin after the line that the statement ends on, what else is on that
    // line being read before what follows the data; and psql asks how strings are read line by line.
    private int lineEnd = -1;
    private int resume;
    private bool? standardStrings;

    public MigrationScript Split()
    {
        for (var token = lexer.Next(); token.Kind != TokenKind.End; token = lexer.Next())
        {
            if (lineEnd >= 0 && token.Start >= lineEnd)
            {
                BeginLine(token);
                continue;
            }

            Read(token);
        }

        if (IsReading)
        {
            EndStatement(sentWithNext: false);
        }

        return new MigrationScript(source, items, comments);
    }

    private void BeginLine(SqlToken token)
    {
        lexer.Position = Math.Max(token.Start, resume);
        lexer.StandardStrings = standardStrings ?? lexer.StandardStrings;
        standardStrings = null;
        lineEnd = -1;
    }

    private bool IsReading => pieceStart >= 0 || finished.Length > 0;

    private void Read(SqlToken token)
    {
        switch (token.Kind)
        {
            case TokenKind.LineComment:
                comments.Add(new(token.Start, source.PositionOf(token.Start), text[token.Start..token.End]));
                // psql leaves out what stands before a statement, and keeps what stands within.
                pieceEnd = token.End;
                return;
            case TokenKind.Backslash:
                ReadBackslash(token);
                return;
            case TokenKind.Word:
                routine.Word(text.AsSpan(token.Start, token.Length), parentheses > 0);
                break;
            case TokenKind.Symbol:
                CountParentheses(text[token.Start]);
                break;
        }

        Include(token);
        if (token.Kind == TokenKind.Semicolon && parentheses == 0 && !routine.IsOpen)
        {
            EndStatement(sentWithNext: false);
        }
    }

    private void CountParentheses(char symbol) =>
        parentheses = symbol switch
        {
            '(' => parentheses + 1,
            ')' when parentheses > 0 => parentheses - 1,
            _ => parentheses,
        };

    private void Include(SqlToken token)
    {
        pieceStart = pieceStart < 0 ? token.Start : pieceStart;
        pieceEnd = token.End;
    }

    private void ReadBackslash(SqlToken backslash)
    {
        var next = backslash.End < text.Length ? text[backslash.End] : '\0';
        if (next is ';' or ':')
        {
            lexer.Position++;
            FinishPiece();
            Include(new SqlToken(TokenKind.Symbol, backslash.End, 1));
            if (next == ';' && parentheses == 0 && !routine.IsOpen)
            {
                EndStatement(sentWithNext: true);
            }

            return;
        }

        var (command, end) = MetaCommandReader.Read(source, backslash.Start);
        lexer.Position = end;
        if (MetaCommandReader.SendsStatement(command.Name) && IsReading)
        {
            EndStatement(sentWithNext: false);
        }
        else if (MetaCommandReader.ForgetsStatement(command.Name))
        {
            BeginStatement();
        }
        else
        {
            FinishPiece();
        }

        items.Add(command);
        if (CopyFromInput.IsIn(command))
        {
            TakeData(end);
        }
    }

    private void FinishPiece()
    {
        if (pieceStart < 0)
        {
            return;
        }

        pieces.Add(new TextPiece(finished.Length, pieceStart));
        // A command of psql separates words.
        finished.Append(text, pieceStart, pieceEnd - pieceStart).Append(' ');
        pieceStart = -1;
    }

    private void EndStatement(bool sentWithNext)
    {
        FinishPiece();
        finished.Length--;
        var statement = new SqlStatement(source, pieces[0].SourceStart, finished.ToString(), [.. pieces])
        {
            StandardStrings = lexer.StandardStrings,
            SentWithNext = sentWithNext,
        };
        items.Add(statement);
        BeginStatement();
        if (StringSetting.After(statement) is { } setting)
        {
            standardStrings = setting;
            WaitForLineEnd(lexer.Position);
        }

        if (CopyFromInput.IsIn(statement))
        {
            TakeData(lexer.Position);
        }
    }

    private void BeginStatement()
    {
        finished.Clear();
        pieces.Clear();
        pieceStart = -1;
        parentheses = 0;
        routine.NextStatement();
    }

    private void TakeData(int after)
    {
        WaitForLineEnd(after);
        var (length, next) = CopyFromInput.DataAt(text, resume);
        items.Add(new CopyData(source, resume, length));
        resume = next;
    }

    private void WaitForLineEnd(int after)
    {
        if (lineEnd < 0)
        {
            var end = text.IndexOf('\n', after);
            lineEnd = end < 0 ? text.Length : end;
            resume = Math.Min(lineEnd + 1, text.Length);
        }
    }
}
