using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>
/// A line on stderr under <c>--attached</c>: one JSON object with one of these members. Part of the command-line contract
/// (docs/cli.md): add, never change.
/// </summary>
internal sealed record AttachedLine
{
    private static readonly AttachedJson Json = new(
        new JsonSerializerOptions(AttachedJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AttachedProgress? Progress { get; init; }

    /// <summary>What people are told; beside an error its stack trace, under <c>--verbose</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>What went wrong beside the result.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Warning { get; init; }

    /// <summary>What ended the command; its document on stdout has it too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorBody? Error { get; init; }

    /// <summary>Without a newline, in it or at its end.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Json.AttachedLine);
}

/// <summary>How far an operation is.</summary>
/// <param name="Phase">What is being done, as people read it.</param>
/// <param name="Tables">Done in this phase, as rows and bytes are.</param>
/// <param name="TotalTables">0 where tables are not what counts.</param>
/// <param name="TotalBytes">An estimate that <paramref name="Bytes"/> can exceed; 0 where nothing is known.</param>
/// <param name="ElapsedSeconds">Since the operation began.</param>
/// <param name="Note">What people should see while it lasts, as who blocks a lock; or null.</param>
internal sealed record AttachedProgress(
    string Phase,
    int Tables,
    int TotalTables,
    long Rows,
    long Bytes,
    long TotalBytes,
    double ElapsedSeconds,
    string? Note
)
{
    public static AttachedProgress Of(ProgressSnapshot now) =>
        new(
            now.Phase.Name,
            now.Tables,
            now.Phase.TotalTables,
            now.Rows,
            now.Bytes,
            now.Phase.TotalBytes,
            Math.Round(now.Elapsed.TotalSeconds, 3),
            now.Note
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AttachedLine))]
internal sealed partial class AttachedJson : JsonSerializerContext;
