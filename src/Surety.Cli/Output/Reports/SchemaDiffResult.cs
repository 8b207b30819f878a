using System.Text;
using Surety.Core.Compare;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>schema diff</c> prints: each definition that differs, with its lines.</summary>
internal static class SchemaDiffResult
{
    /// <param name="later">The backup that it was compared with; null where that was the database.</param>
    public static CommandResult Of(
        Manifest manifest,
        Manifest? later,
        string database,
        SchemaComparisonReport report
    ) =>
        CommandResult.Of(
            SchemaDiffDocument.Of(manifest, later, database, report),
            Documents.Json.SchemaDiffDocument,
            Text(manifest, later, database, report),
            report.Identical ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(Manifest manifest, Manifest? later, string database, SchemaComparisonReport report)
    {
        var other = later is null ? $"database {database}" : $"backup {later.Id}";
        if (report.Identical)
        {
            return $"{other} has the schema of backup {manifest.Id}\n";
        }

        var text = new StringBuilder($"from backup {manifest.Id} to {other}:\n");
        foreach (var change in report.Differences)
        {
            text.Append($"  {SchemaLogResult.Word(change.Change)} {change.Definition}\n");
            text.Append(DefinitionLines.All(change));
        }

        return text.Append(report.Doubt is { } doubt ? $"  DOUBT: {doubt}\n" : "").ToString();
    }
}

/// <summary>What <c>schema diff --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record SchemaDiffDocument(
    string Backup,
    string? OtherBackup,
    string Database,
    bool Identical,
    IReadOnlyList<SchemaDocumentChange> Changes,
    string? Doubt
)
{
    public static SchemaDiffDocument Of(
        Manifest manifest,
        Manifest? later,
        string database,
        SchemaComparisonReport report
    ) =>
        new(
            $"{manifest.Id}",
            later is null ? null : $"{later.Id}",
            database,
            report.Identical,
            [.. report.Differences.Select(SchemaDocumentChange.Of)],
            report.Doubt
        );
}
