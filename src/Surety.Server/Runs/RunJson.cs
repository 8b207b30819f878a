using System.Text.Json;
using System.Text.Json.Serialization;

namespace Surety.Server.Runs;

/// <summary>How runs are kept and told: camelCase, what is null left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(RunIdConverter)]
)]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(AttachedLine))]
internal sealed partial class RunJson : JsonSerializerContext;

/// <summary>One line of what <c>--attached</c> writes on stderr: one of these is set.</summary>
internal sealed record AttachedLine(RunProgress? Progress, string? Message, string? Warning);

internal sealed class RunIdConverter : JsonConverter<RunId>
{
    public override RunId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        RunId.TryParse(reader.GetString(), out var id) ? id : throw new JsonException("no id of a run");

    public override void Write(Utf8JsonWriter writer, RunId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
