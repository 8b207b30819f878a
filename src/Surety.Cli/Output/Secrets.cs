using System.Text.RegularExpressions;

namespace Surety.Cli.Output;

/// <summary>
/// Takes passwords out of text that others wrote: a mistyped command line, or the message of an unexpected exception,
/// can hold a connection string.
/// </summary>
internal static partial class Secrets
{
    /// <summary>What a setting is called whose value is a secret, as a part of a regular expression.</summary>
    internal const string Names = "(?:password|passwd|pwd|passphrase|secret|token|api[-_]?key)";

    public static string Hide(string text) =>
        KeyFile()
            .Replace(Header().Replace(Keyword().Replace(Url().Replace(text, "$1***@"), "$1***"), "$1***"), "$1***");

    [GeneratedRegex(@"(://[^\s:/@]*:)[^\s/]*@")]
    private static partial Regex Url();

    // PGPASSWORD=..., sslpassword = '...', --token=...
    [GeneratedRegex(
        $@"({Names}[\w-]*\s*=\s*)(?:'(?:[^'\\]|\\.)*'|""(?:[^""\\]|\\.)*""|[^\s;&]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Keyword();

    // The line of a key file: docs/format.md.
    [GeneratedRegex(@"(\bsurety-key-1:)[0-9a-f:]+", RegexOptions.IgnoreCase)]
    private static partial Regex KeyFile();

    [GeneratedRegex(@"(\bauthorization:\s*(?:\w+\s+)?)[^\s'""]+", RegexOptions.IgnoreCase)]
    private static partial Regex Header();
}
