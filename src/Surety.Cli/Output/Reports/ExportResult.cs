using System.Text;
using Surety.Core.Export;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety export</c> tells.</summary>
internal static class ExportResult
{
    // A database of a thousand tables is not listed on a screen.
    private const int ListedFiles = 20;

    public static CommandResult Of(ExportReport report) =>
        CommandResult.Of(ExportDocument.Of(report), Documents.Json.ExportDocument, Text(report));

    private static string Text(ExportReport report)
    {
        var text = new StringBuilder($"exported backup {report.Backup.Id} of {report.Backup.Database} ");
        text.Append($"to {report.Folder}: {Units.Count(report.Files.Count, "file")}, ");
        text.Append($"{Units.Bytes(report.Files.Sum(file => file.Bytes))}, ");
        text.Append($"in {Units.Duration(TimeSpan.FromSeconds(report.DurationSeconds))}\n");
        foreach (var file in report.Files.Take(ListedFiles))
        {
            var rows = file.Rows is { } count ? $"{Units.Count(count, "row")}, " : "";
            text.Append($"  {file.Name} ({rows}{Units.Bytes(file.Bytes)})\n");
        }

        if (report.Files.Count > ListedFiles)
        {
            text.Append($"  ... and {Units.Count(report.Files.Count - ListedFiles)} more\n");
        }

        text.Append($"  {report.Description} (names and SHA-256 of all)\n");
        foreach (var warning in report.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.ToString();
    }
}

/// <summary>What <c>export --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record ExportDocument(
    string Backup,
    string Database,
    string Format,
    string Output,
    IReadOnlyList<ExportDocumentFile> Files,
    string Metadata,
    double DurationSeconds,
    IReadOnlyList<string> Warnings
)
{
    public static ExportDocument Of(ExportReport report) =>
        new(
            report.Backup.Id.ToString(),
            report.Backup.Database,
            $"{report.Format}".ToLowerInvariant(),
            report.Folder,
            [.. report.Files.Select(ExportDocumentFile.Of)],
            report.Description,
            report.DurationSeconds,
            report.Warnings
        );
}

internal sealed record ExportDocumentFile(string Name, string? Table, long? Rows, long Bytes, string Sha256)
{
    public static ExportDocumentFile Of(ExportedFile file) =>
        new(file.Name, file.Table?.ToString(), file.Rows, file.Bytes, file.Sha256);
}
