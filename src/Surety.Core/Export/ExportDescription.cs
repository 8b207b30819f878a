using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Export;

/// <summary>
/// The file beside the others of an export: what they are of, how their values are written, and the SHA-256 of each. It is
/// written last, so an export is whole if it is there. Part of the contract (docs/cli.md): add, never change.
/// </summary>
internal sealed record ExportDescription(
    string Backup,
    string Database,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExportedAt,
    string ServerVersion,
    string Format,
    string Encoding,
    IReadOnlyList<ExportDescription.File> Files,
    IReadOnlyList<ExportDescription.Sequence> Sequences
)
{
    public static ExportDescription Of(
        Manifest manifest,
        BackupContents contents,
        ExportFormat format,
        string encoding,
        DateTimeOffset exportedAt,
        IEnumerable<ExportedFile> files
    ) =>
        new(
            manifest.Id.ToString(),
            manifest.Database,
            manifest.CreatedAt.ToUniversalTime(),
            exportedAt.ToUniversalTime(),
            manifest.Source.ServerVersion,
            JsonNamingPolicy.CamelCase.ConvertName($"{format}"),
            encoding,
            [.. files.Select(File.Of)],
            [.. contents.Sequences.Select(s => new Sequence($"{QualifiedName.Of(s)}", s.LastValue, s.IsCalled))]
        );

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ExportJson.Readable().ExportDescription);

    internal sealed record File(
        string Name,
        string? Table,
        long? Rows,
        long Bytes,
        string Sha256,
        IReadOnlyList<ExportedColumn> Columns
    )
    {
        public static File Of(ExportedFile file) =>
            new(file.Name, file.Table?.ToString(), file.Rows, file.Bytes, file.Sha256, file.Columns);
    }

    internal sealed record Sequence(string Name, long LastValue, bool IsCalled);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(ValueFormConverter)]
)]
[JsonSerializable(typeof(ExportDescription))]
internal sealed partial class ExportJson : JsonSerializerContext
{
    // Not a property with a value: it would be made before the defaults that it is made of.
    public static ExportJson Readable() =>
        new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary><c>text</c>, <c>boolean</c>, <c>number</c> or <c>json</c>.</summary>
internal sealed class ValueFormConverter() : JsonStringEnumConverter<ValueForm>(JsonNamingPolicy.CamelCase);
