using System.Text.RegularExpressions;

namespace Surety.Cli.Output;

/// <summary>
/// Takes passwords out of text that others wrote: a mistyped command line, or the message of an unexpected exception,
/// can hold a connection string.
/// </summary>
internal static partial class Secrets
{
    public static string Hide(string text) => Keyword().Replace(Url().Replace(text, "$1***@"), "$1***");

    [GeneratedRegex(@"(://[^\s:/@]*:)[^\s/]*@")]
    private static partial Regex Url();

    [GeneratedRegex(
        @"(\b(?:password|passphrase|sslpassword)\s*=\s*)(?:'(?:[^'\\]|\\.)*'|[^\s;&]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Keyword();
}
