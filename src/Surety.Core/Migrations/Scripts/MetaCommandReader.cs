namespace Surety.Core.Migrations.Scripts;

/// <summary>Reads a command of psql where a backslash stands, by the rules of <c>psqlscanslash.l</c>.</summary>
internal static class MetaCommandReader
{
    /// <summary>The command, and where the script goes on: the end of its line, or another command on it.</summary>
    public static (MetaCommand Command, int End) Read(ScriptSource source, int backslash)
    {
        var text = source.Text;
        var nameEnd = NameEnd(text, backslash + 1);
        var name = text[(backslash + 1)..nameEnd];
        var end = TakesWholeLine(name, text.AsSpan(nameEnd)) ? LineEnd(text, nameEnd) : ArgumentsEnd(text, nameEnd);
        var command = new MetaCommand(source, backslash, name, text[nameEnd..end].Trim());
        // "\\" ends a command, and SQL goes on.
        return (command, text.AsSpan(end).StartsWith(@"\\") ? end + 2 : end);
    }

    /// <summary>True for commands that send what was read so far, as a semicolon does.</summary>
    public static bool SendsStatement(string name) =>
        name is "g" or "gx" or "gdesc" or "gexec" or "gset" or "crosstabview" or "watch" or "bind";

    /// <summary>True for commands that drop what was read so far.</summary>
    public static bool ForgetsStatement(string name) => name is "r" or "reset" or "q" or "quit";

    private static int NameEnd(string text, int start)
    {
        // The name is every character up to space or the next backslash; "!" needs no space behind it.
        if (start < text.Length && text[start] == '!')
        {
            return start + 1;
        }

        var end = start;
        while (end < text.Length && !SqlLexer.IsSpace(text[end]) && text[end] != '\\')
        {
            end++;
        }

        return end;
    }

    private static bool TakesWholeLine(string name, ReadOnlySpan<char> rest) =>
        name is "!" or "copy" or "ef" or "ev" or "sf" or "sv" or "sf+" or "sv+" or "h" or "help"
        || (name is "g" or "gx" or "o" or "out" or "w" or "write" && rest.TrimStart(" \t") is ['|', ..]);

    private static int LineEnd(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        return end < 0 ? text.Length : end;
    }

    private static int ArgumentsEnd(string text, int start)
    {
        var quote = '\0';
        for (var i = start; i < text.Length && text[i] != '\n'; i++)
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

        return LineEnd(text, start);
    }
}
