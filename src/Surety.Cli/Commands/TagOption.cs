using System.CommandLine;
using System.CommandLine.Parsing;
using Surety.Repository.Manifests;

namespace Surety.Cli.Commands;

/// <summary><c>--tag key=value</c>, any number of times.</summary>
internal static class TagOption
{
    public static Option<IReadOnlyDictionary<string, string>> Create() =>
        new("--tag")
        {
            Description = "A tag to find the backup by; may be repeated",
            HelpName = "KEY=VALUE",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Parse,
            DefaultValueFactory = _ => new Dictionary<string, string>(),
        };

    private static Dictionary<string, string> Parse(ArgumentResult argument)
    {
        var tags = new Dictionary<string, string>();
        foreach (var text in argument.Tokens.Select(token => token.Value))
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                argument.AddError($"'{text}' is not a tag: write it as key=value");
            }
            else if (text[..at] == Manifest.SafetyTag)
            {
                // Such a backup protects nothing, and goes after a week.
                argument.AddError($"the tag '{text[..at]}' is Surety's own, of the backups that rollbacks make");
            }
            else if (!tags.TryAdd(text[..at], text[(at + 1)..]))
            {
                argument.AddError($"the tag '{text[..at]}' is given twice");
            }
        }

        return tags;
    }
}
