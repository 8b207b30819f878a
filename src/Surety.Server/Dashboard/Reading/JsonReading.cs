using System.Globalization;
using System.Text.Json;
using Surety.Core;

namespace Surety.Server.Dashboard.Reading;

/// <summary>
/// Reads the command line's documents. A field that is not there is empty: another version of the command may have fewer, or
/// the run is of another kind.
/// </summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;

    public static long? Count(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : null;

    public static double? Number(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    public static bool Is(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.True };

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray()] : [];

    /// <summary>The texts of a list of texts.</summary>
    public static IReadOnlyList<string> Lines(this JsonElement element, string name) =>
        [.. element.Items(name).Select(item => item.ToString())];

    /// <summary>A count in words, or a dash where there is none.</summary>
    public static string Counted(this JsonElement element, string name) =>
        element.Count(name) is { } count ? Units.Count(count) : "–";

    /// <summary><c>restoreSeconds</c> as people say it: <c>Restore</c>; its value with a unit.</summary>
    public static (string Name, string Value) Said(JsonProperty field)
    {
        var (name, value) = (field.Name, field.Value);
        return value.ValueKind switch
        {
            JsonValueKind.Number when name.EndsWith("Bytes", StringComparison.Ordinal) || name == "bytes" => (
                Spaced(name.Replace("Bytes", "", StringComparison.Ordinal)),
                Units.Bytes(value.GetInt64())
            ),
            JsonValueKind.Number when name.EndsWith("Seconds", StringComparison.Ordinal) => (
                Spaced(name.Replace("Seconds", "", StringComparison.Ordinal)),
                Units.Duration(TimeSpan.FromSeconds(value.GetDouble()))
            ),
            JsonValueKind.Number when value.TryGetInt64(out var count) => (Spaced(name), Units.Count(count)),
            JsonValueKind.True => (Spaced(name), "yes"),
            JsonValueKind.False => (Spaced(name), "no"),
            JsonValueKind.String when value.TryGetDateTimeOffset(out var time) => (Spaced(name), Units.Time(time)),
            JsonValueKind.Array => (
                Spaced(name),
                string.Join(", ", value.EnumerateArray().Select(item => item.ToString()))
            ),
            _ => (Spaced(name), value.ToString()),
        };
    }

    private static JsonElement? Get(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary><c>rolledBackTo</c>: <c>Rolled back to</c>.</summary>
    private static string Spaced(string camel) =>
        Words.Capital(
            string.Concat(
                camel.Select(c => char.IsUpper(c) ? $" {char.ToLower(c, CultureInfo.InvariantCulture)}" : $"{c}")
            )
        );
}
