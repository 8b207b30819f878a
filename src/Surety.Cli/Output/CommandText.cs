using System.Text.RegularExpressions;

namespace Surety.Cli.Output;

/// <summary>A command as somebody would type it into a shell.</summary>
internal static partial class CommandText
{
    private const string Harmless = "-_./=:,@%+";

    /// <summary>The words, quoted where a shell needs it, without the secrets in them.</summary>
    public static string WithoutSecrets(IEnumerable<string> words)
    {
        var shown = new List<string>();
        var isSecret = false;
        foreach (var word in words)
        {
            shown.Add(isSecret && !word.StartsWith('-') ? "***" : Quoted(Secrets.Hide(word)));
            isSecret = SecretOption().IsMatch(word);
        }

        return string.Join(' ', shown);
    }

    /// <summary>One word, quoted where a shell would take it for something else.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Harmless.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>An option whose value, a secret, is the next word.</summary>
    [GeneratedRegex($"^--?[a-z_-]*{Secrets.Names}[a-z_-]*$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();
}
