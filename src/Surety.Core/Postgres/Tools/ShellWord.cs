namespace Surety.Core.Postgres.Tools;

/// <summary>A word of a command that somebody is told to type.</summary>
public static class ShellWord
{
    private const string Harmless = "-_./=:,@%+";

    /// <summary>The word, quoted where a shell would take it for something else.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
