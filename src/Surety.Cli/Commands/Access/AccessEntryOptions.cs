using System.CommandLine;
using System.Text.RegularExpressions;
using Surety.Core.Configuration.Serving;

namespace Surety.Cli.Commands.Access;

/// <summary>Whom an entry lets in, and to what.</summary>
internal sealed partial class AccessEntryOptions
{
    private readonly Option<string> name = new("--name")
    {
        Description = "Who it is, as the journal names it",
        HelpName = "NAME",
        Required = true,
    };
    private readonly Option<string> role = new("--role")
    {
        Description = "What it may do; viewer if left out",
        HelpName = "viewer|operator|admin",
        DefaultValueFactory = _ => WordOf(AccessRole.Viewer),
    };
    private readonly Option<string[]> databases = new("--database")
    {
        Description = "On this database only, by its name in surety.yaml; may be repeated",
        HelpName = "NAME",
    };

    public void AddTo(Command command)
    {
        role.AcceptOnlyFromAmong([.. Enum.GetValues<AccessRole>().Select(WordOf)]);
        name.Validators.Add(result =>
        {
            if (!PlainName().IsMatch(result.GetValueOrDefault<string>() ?? ""))
            {
                result.AddError("--name takes letters, digits and . _ @ + -, up to 80 of them");
            }
        });
        foreach (var option in new Option[] { name, role, databases })
        {
            command.Options.Add(option);
        }
    }

    public AccessEntry Read(ParseResult arguments, string hash) =>
        new(
            arguments.GetRequiredValue(name),
            hash,
            Enum.Parse<AccessRole>(arguments.GetRequiredValue(role), ignoreCase: true),
            arguments.GetValue(databases) is { Length: > 0 } named ? named.ToHashSet() : null
        );

    public static string WordOf(AccessRole role) => role.ToString().ToLowerInvariant();

    [GeneratedRegex(@"^[\p{L}\p{Nd}._@+-]{1,80}\z")]
    private static partial Regex PlainName();
}
