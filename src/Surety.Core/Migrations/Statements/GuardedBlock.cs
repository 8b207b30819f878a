using Surety.Core.Migrations.Scripts;

namespace Surety.Core.Migrations.Statements;

/// <summary>
/// The one DO block that is no riddle: what <c>dotnet ef migrations script --idempotent</c> writes around statements, which
/// is <c>DO $EF$ BEGIN IF NOT EXISTS(...) THEN statements END IF; END $EF$</c>. Its statements are rated as themselves;
/// whatever is not SQL among them is not understood.
/// </summary>
internal static class GuardedBlock
{
    private const string Tag = "$EF$";

    /// <summary>The statements, and how far into the block's text each one's script begins; null for any other block.</summary>
    public static (IEnumerable<SqlStatement> Statements, int Offset)? Read(SqlCursor block)
    {
        var body = block.TokenAt(block.Index + 1);
        var text = block.TextAt(block.Index + 1).ToString();
        if (
            body.Kind != TokenKind.Text
            || !text.StartsWith(Tag, StringComparison.Ordinal)
            || block.End != block.Index + 2
        )
        {
            return null;
        }

        // An END IF of its own within would be no statement: then the text is cut wrongly, and not understood.
        var code = text[Tag.Length..^Math.Min(Tag.Length, text.Length - Tag.Length)];
        return Within(code) is var (from, to)
            ? (MigrationScript.Parse(code[from..to]).Statements, body.Start + Tag.Length + from)
            : null;
    }

    private static (int From, int To)? Within(string code)
    {
        var statements = MigrationScript.Parse(code + ";").Items.OfType<SqlStatement>().Where(s => !s.IsEmpty).ToList();
        if (statements is not [var first, .., var endIf, var end] || !Is(endIf, "end", "if") || !Is(end, "end"))
        {
            return null;
        }

        var cursor = new SqlCursor(first);
        return
            cursor.Take("begin", "if")
            && (cursor.Take("not", "exists") || cursor.Take("exists"))
            && cursor.TakeGroup() is not null
            && cursor.Take("then")
            ? (first.Start + cursor.Current.Start, endIf.Start)
            : null;
    }

    private static bool Is(SqlStatement statement, params ReadOnlySpan<string> words)
    {
        var cursor = new SqlCursor(statement);
        return cursor.Take(words) && cursor.AtEnd;
    }
}
