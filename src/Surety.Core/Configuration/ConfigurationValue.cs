using System.Text.RegularExpressions;
using Surety.Repository.Errors;

namespace Surety.Core.Configuration;

/// <summary>
/// A value of the configuration file and where it stands. Variables are expanded when the value is used, so that an
/// unset variable of one database does not stand in the way of another. Not a record: its text may hold a secret.
/// </summary>
internal sealed partial class ConfigurationValue(ConfigurationPlace place, string raw)
{
    public ConfigurationPlace Place { get; } = place;

    /// <summary>The text as it stands in the file.</summary>
    public string Written => raw;

    /// <summary>True where the file holds only the name of a variable: a secret does not stand in the file itself.</summary>
    public bool IsVariable => OnlyVariable().IsMatch(raw);

    /// <summary>The text with every <c>${VAR}</c> replaced from the environment.</summary>
    public string Expand(IReadOnlyDictionary<string, string?> environment)
    {
        var expanded = Variable().Replace(raw, match => ValueOf(match, environment));
        return expanded.Length > 0 ? expanded : throw Place.Error($"{Place.Key} is empty", "give it a value");
    }

    private string ValueOf(Match match, IReadOnlyDictionary<string, string?> environment)
    {
        var name = match.Groups["name"].Value;
        if (!match.Groups["end"].Success || !VariableName().IsMatch(name))
        {
            throw Place.Error($"{Place.Key} holds a '${{' that names no variable", "write it as ${NAME}");
        }

        return environment.GetValueOrDefault(name) is { Length: > 0 } value
            ? value
            : throw Place.Error(
                $"{Place.Key} needs the environment variable {name}, which is not set",
                $"set {name} in the environment of surety"
            );
    }

    [GeneratedRegex(@"^\$\{[^}]*\}$")]
    private static partial Regex OnlyVariable();

    [GeneratedRegex(@"\$\{(?<name>[^}]*)(?<end>\})?")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}

/// <summary>A place in the configuration file.</summary>
/// <param name="File">The file's name as messages show it.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Key">The full key, for example <c>databases.shop.url</c>; empty for the document.</param>
internal sealed record ConfigurationPlace(string File, long Line, string Key)
{
    /// <summary>A precise complaint about this place. Reading the configuration comes first, so nothing was done.</summary>
    public SuretyException Error(string fact, string? hint) =>
        new(ErrorCode.InvalidConfiguration, $"{File}:{Line}: {fact}; nothing was done", hint)
        {
            Operation = "configuration",
            Object = $"{File}:{Line}",
        };
}
