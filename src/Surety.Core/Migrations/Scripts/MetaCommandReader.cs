namespace Surety.Core.Migrations.Scripts;

/// <summary>Reads a command of psql where a backslash stands, by the rules of <c>psqlscanslash.l</c>.</summary>
internal static class MetaCommandReader
{
    /// <summary>The command, and where the script goes on: the end of its line, or another command on it.</summary>
    public static (MetaCommand Command, int End) Read(ScriptSource source, int backslash)
    {
        var text = source.Text;
        var lineEnd = text.IndexOf('\n', backslash);
        lineEnd = lineEnd < 0 ? text.Length : lineEnd;
        var nameEnd = NameEnd(text, backslash + 1, lineEnd);
        var name = text[(backslash + 1)..nameEnd];
        var end = TakesWholeLine(name, text.AsSpan(nameEnd, lineEnd - nameEnd))
            ? lineEnd
            : ArgumentsEnd(text, nameEnd, lineEnd);
        var command = new MetaCommand(source, backslash, name, text[nameEnd..end].Trim());
        // "\\" ends a command, and SQL goes on.
        return (command, text.AsSpan(end).StartsWith(@"\\") ? end + 2 : end);
    }

    /// <summary>True for commands that send what was read so far, as a semicolon does.</summary>
    public static bool SendsStatement(string name) =>
        name is "g" or "gx" or "gdesc" or "gexec" or "gset" or "crosstabview" or "watch" or "bind";

    /// <summary>True for commands that drop what was read so far.</summary>
    public static bool ForgetsStatement(string name) => name is "r" or "reset" or "q" or "quit";

    private static int NameEnd(string text, int start, int lineEnd)
    {
        // The name is every character up to space or the next backslash; "!" needs no space behind it.
        if (start < lineEnd && text[start] == '!')
        {
            return start + 1;
        }

        var end = start;
        while (end < lineEnd && !SqlLexer.IsSpace(text[end]) && text[end] != '\\')
        {
            end++;
        }

        return end;
    }

    private static bool TakesWholeLine(string name, ReadOnlySpan<char> rest) =>
        name is "!" or "copy" or "ef" or "ev" or "sf" or "sv" or "sf+" or "sv+" or "h" or "help"
        || (name is "g" or "gx" or "o" or "out" or "w" or "write" && rest.TrimStart() is ['|', ..]);

    private static int ArgumentsEnd(string text, int start, int lineEnd)
    {
        var quote = '\0';
        for (var i = start; i < lineEnd; i++)
        {
            var c = text[i];
            if (quote == '\'' && c == '\\')
            {
                i++;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '\'' or '"' or '`')
            {
                quote = c;
            }
            else if (c == '\\')
            {
                return i;
            }
        }

        return lineEnd;
    }
}
