using System.Text.Json;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Says in words what is different of an object.</summary>
internal static class CatalogChangeText
{
    // Nobody reads the internal form of these: that they are different is all there is to say.
    private static readonly HashSet<string> Unreadable =
    [
        "default",
        "query",
        "expression",
        "body",
        "action",
        "when",
        "using",
        "check",
        "function",
        "result",
        "roles",
        "columns",
    ];

    public static AlteredObject Describe(CatalogChange change)
    {
        var changes = new List<string>();
        if (change.IsRenamed)
        {
            changes.Add($"renamed to {change.After.Name}");
        }

        var before = Parse(change.Before.Definition);
        foreach (var (name, after) in Parse(change.After.Definition))
        {
            if (before.GetValueOrDefault(name) is var old && old != after)
            {
                changes.Add(Describe(name, old, after));
            }
        }

        return new AlteredObject(change.Before.Kind, change.Before.Name, changes);
    }

    private static string Describe(string name, string? before, string? after) =>
        (before, after) switch
        {
            (_, "true") => name,
            ("true", "false") => $"no longer {name}",
            _ when Unreadable.Contains(name) => before is null ? $"{name} set"
            : after is null ? $"{name} dropped"
            : $"{name} changed",
            _ => $"{name} {Shown(before)} -> {Shown(after)}",
        };

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "none" : value;

    private static Dictionary<string, string?> Parse(string definition)
    {
        using var document = JsonDocument.Parse(definition);
        return document
            .RootElement.EnumerateObject()
            .ToDictionary(
                p => p.Name,
                p =>
                    p.Value.ValueKind == JsonValueKind.Null
                        ? null
                        : p.Value.ToString().ToLowerInvariantIfBoolean(p.Value)
            );
    }

    private static string ToLowerInvariantIfBoolean(this string text, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? text.ToLowerInvariant() : text;
}
