using System.Text.RegularExpressions;
using Surety.Core.Postgres.Tools;

namespace Surety.Cli.Output;

/// <summary>A command as somebody would type it into a shell.</summary>
internal static partial class CommandText
{
    /// <summary>The words, quoted where a shell needs it, without the secrets in them.</summary>
    public static string WithoutSecrets(IEnumerable<string> words)
    {
        var shown = new List<string>();
        var isSecret = false;
        foreach (var word in words)
        {
            shown.Add(isSecret && !word.StartsWith('-') ? "***" : ShellWord.Quoted(Secrets.Hide(word)));
            isSecret = SecretOption().IsMatch(word);
        }

        return string.Join(' ', shown);
    }

    /// <summary>An option whose value, a secret, is the next word.</summary>
    [GeneratedRegex($"^--?[a-z_-]*{Secrets.Names}[a-z_-]*$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();
}
