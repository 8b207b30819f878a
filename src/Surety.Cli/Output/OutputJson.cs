using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Cli.Demo;
using Surety.Cli.Output.Reports;
using Surety.Cli.Output.Reports.Migrations;
using Surety.Core.Audit;
using Surety.Core.Listing;
using Surety.Repository.Errors;

namespace Surety.Cli.Output;

/// <summary>The JSON of <c>--json</c>: camelCase, UTC times, indented, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    NewLine = "\n",
    Converters = [typeof(UtcTimeConverter)]
)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(ListDocument))]
[JsonSerializable(typeof(ShowDocument))]
[JsonSerializable(typeof(InitDocument))]
[JsonSerializable(typeof(VerificationDocument))]
[JsonSerializable(typeof(ValidateDocument))]
[JsonSerializable(typeof(DiffDocument))]
[JsonSerializable(typeof(GuardDocument))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(TableRestoreDocument))]
[JsonSerializable(typeof(RollbackDocument))]
[JsonSerializable(typeof(RollbackPlanDocument))]
[JsonSerializable(typeof(DemoDocument))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(JournalDocument))]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(DrillDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(RehearsalDocument))]
[JsonSerializable(typeof(CopyDocument))]
[JsonSerializable(typeof(BundleDocument))]
[JsonSerializable(typeof(KeyListDocument))]
[JsonSerializable(typeof(KeyChangeDocument))]
[JsonSerializable(typeof(PinDocument))]
[JsonSerializable(typeof(ForgetDocument))]
[JsonSerializable(typeof(UnforgetDocument))]
[JsonSerializable(typeof(PruneDocument))]
[JsonSerializable(typeof(StatsDocument))]
[JsonSerializable(typeof(SchemaLogDocument))]
[JsonSerializable(typeof(MigrateDocument))]
[JsonSerializable(typeof(MigrationStatusDocument))]
[JsonSerializable(typeof(MigrationRepairDocument))]
[JsonSerializable(typeof(SchemaDiffDocument))]
[JsonSerializable(typeof(SchemaRollbackDocument))]
[JsonSerializable(typeof(CheckDocument))]
[JsonSerializable(typeof(AccessDocument))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SarifLog))]
internal sealed partial class OutputJson : JsonSerializerContext;

/// <summary>The contexts to serialize with.</summary>
internal static class Documents
{
    /// <summary>Leaves quotes and the letters of other languages readable: stdout is no web page.</summary>
    public static OutputJson Json { get; } =
        new(
            new JsonSerializerOptions(OutputJson.Default.Options)
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}

/// <summary>What <c>--json</c> prints of a failure.</summary>
internal sealed record ErrorDocument(ErrorBody Error);

internal sealed record ErrorBody(string Code, string Message, string? Hint)
{
    public static ErrorBody Of(Failure failure) => new(ErrorNames.NameOf(failure.Code), failure.Message, failure.Hint);
}

/// <summary>What <c>surety --version --json</c> prints.</summary>
internal sealed record VersionDocument(string Version);
