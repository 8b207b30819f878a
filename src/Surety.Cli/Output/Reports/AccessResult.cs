using System.Text.Json;
using System.Text.RegularExpressions;
using Surety.Cli.Commands.Access;
using Surety.Core.Configuration.Serving;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety access</c> prints: lines for surety.yaml, and a new token, which nobody can look up later.</summary>
internal static partial class AccessResult
{
    /// <summary>The token alone on stdout, for <c>TOKEN=$(surety access token ...)</c>.</summary>
    public static CommandResult OfToken(AccessEntry entry, string token) =>
        CommandResult.Of(
            AccessDocument.Of(entry, token),
            Documents.Json.AccessDocument,
            $"{token}\n",
            remark: $"this is the only time that the token is shown; add to surety.yaml, and start surety serve again:\n\n{Yaml("tokens", entry)}"
        );

    public static CommandResult OfPassword(AccessEntry entry) =>
        CommandResult.Of(
            AccessDocument.Of(entry, token: null),
            Documents.Json.AccessDocument,
            Yaml("users", entry) + "\n",
            remark: "add this to surety.yaml, and start surety serve again"
        );

    private static string Yaml(string section, AccessEntry entry)
    {
        var databases = entry.Databases is { } names
            ? $"\n      databases: [{string.Join(", ", names.Select(Text))}]"
            : "";
        return $"server:\n  {section}:\n    - name: {Text(entry.Name)}\n      role: {AccessEntryOptions.WordOf(entry.Role)}{databases}\n      hash: {entry.Hash}";
    }

    /// <summary>A text of JSON is one of YAML.</summary>
    private static string Text(string text) =>
        Plain().IsMatch(text) ? text : JsonSerializer.Serialize(text, Documents.Json.String);

    /// <summary>What no reader of YAML takes for a number, a date or a truth: it begins with a letter and goes on harmlessly.</summary>
    [GeneratedRegex(@"^(?!(?i:null|true|false|yes|no|on|off|y|n)\z)[A-Za-z][A-Za-z0-9_.-]*\z")]
    private static partial Regex Plain();
}

/// <summary>What <c>access token --json</c> and <c>access password --json</c> print. Add, never change.</summary>
/// <param name="Token">The secret itself, this once; null of a password.</param>
internal sealed record AccessDocument(
    string Name,
    string Role,
    IReadOnlyList<string>? Databases,
    string Hash,
    string? Token
)
{
    public static AccessDocument Of(AccessEntry entry, string? token) =>
        new(entry.Name, AccessEntryOptions.WordOf(entry.Role), entry.Databases?.ToList(), entry.Hash, token);
}
