using System.Text;

namespace Surety.Core.Postgres;

/// <summary>
/// libpq's keyword strings: <c>host=db.example.com password='it\'s'</c>.
/// Source: PostgreSQL manual, 34.1.1.1 "Keyword/Value Connection Strings".
/// </summary>
internal static class ConnectionKeywords
{
    public static Dictionary<string, string> Read(string text)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        while (SkipSpaces(text, ref at))
        {
            var name = ReadName(text, ref at);
            SkipSpaces(text, ref at);
            // No part of the text is quoted in messages unless it is a parameter's name for certain.
            if (at >= text.Length || text[at] != '=')
            {
                throw ConnectionTargetParser.Invalid(
                    "the connection string is not of the form name=value name=value",
                    "put values with spaces in single quotes; a backslash comes before a quote or backslash within"
                );
            }

            at++;
            SkipSpaces(text, ref at);
            settings[name] = ReadValue(text, ref at, name);
        }
        return settings;
    }

    private static bool SkipSpaces(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at < text.Length;
    }

    private static string ReadName(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return text[start..at];
    }

    private static string ReadValue(string text, ref int at, string name)
    {
        var quoted = at < text.Length && text[at] == '\'';
        if (quoted)
        {
            at++;
        }

        var value = new StringBuilder();
        while (at < text.Length)
        {
            if (quoted ? text[at] == '\'' : char.IsWhiteSpace(text[at]))
            {
                at++;
                return value.ToString();
            }
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at++]);
        }
        return quoted
            ? throw ConnectionTargetParser.Invalid(
                $"the quoted value of \"{name}\" does not end",
                "close it with a single quote"
            )
            : value.ToString();
    }
}
