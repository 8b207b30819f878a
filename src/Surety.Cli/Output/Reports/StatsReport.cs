using System.Globalization;
using System.Text;
using Surety.Core.Listing;
using Surety.Repository.Statistics;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety stats</c> tells.</summary>
internal static class StatsReport
{
    /// <summary>Backups are to take a small multiple of the data, whatever the number of them.</summary>
    private const double TooMuch = 5;

    public static CommandResult Of(StatisticsReport report) =>
        CommandResult.Of(
            StatsDocument.Of(report),
            Documents.Json.StatsDocument,
            Text(report),
            report.Damaged.Count + report.MissingObjects == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(StatisticsReport report)
    {
        var text = new StringBuilder(report.Databases.Count == 0 ? "no backups\n" : Table(report));
        text.Append($"\nin all {Units.Bytes(report.AllBytes)}");
        text.Append(report.StoredToData is { } ratio ? $", {Times(ratio)} the data\n" : "\n");
        Line("stored for the backups", report.Whole.Objects, report.Whole.StoredBytes);
        Line("needed by forgotten backups alone", report.Forgotten.Count, report.Forgotten.Bytes);
        Line("needed by no backup, until the next prune", report.Unneeded.Count, report.Unneeded.Bytes);
        if (report.StoredToData >= TooMuch)
        {
            text.Append(
                $"WARNING: that is more than {TooMuch:0} times the data: fewer backups take less (surety prune --keep-..., surety forget)\n"
            );
        }

        if (report.MissingObjects > 0)
        {
            text.Append($"\nDAMAGED: {Units.Count(report.MissingObjects, "object")} that backups need are missing: ");
            text.Append("surety verify --all names them\n");
        }

        if (report.Damaged.Count > 0)
        {
            text.Append(
                $"\nDAMAGED: {Units.Count(report.Damaged.Count, "backup")} cannot be read, and what only they need counts as needed by none\n"
            );
            foreach (var damaged in report.Damaged)
            {
                text.Append($"  {damaged.Backup}: {damaged.Reason}\n");
            }
        }

        return text.ToString();

        void Line(string fact, long count, long bytes)
        {
            if (count > 0)
            {
                text.Append($"  {Units.Bytes(bytes), 9} in {Units.Count(count, "object")}: {fact}\n");
            }
        }
    }

    private static string Table(StatisticsReport report)
    {
        var table = new TextTable(
            new("DATABASE"),
            new("BACKUPS", Right: true),
            new("DATA", Right: true),
            new("HELD", Right: true),
            new("STORED", Right: true),
            new("DEDUPE", Right: true),
            new("COMPRESSION", Right: true),
            new("A BACKUP ADDS", Right: true),
            new("STORED/DATA", Right: true)
        );
        foreach (var database in report.Databases)
        {
            Add(table, database.Name, database.Figures);
        }

        if (report.Databases.Count > 1)
        {
            Add(table, "(all)", report.Whole);
        }

        return table.ToString();
    }

    private static void Add(TextTable table, string name, StorageFigures figures) =>
        table.Add(
            name,
            Units.Count(figures.Backups),
            Units.Bytes(figures.DataBytes),
            Units.Bytes(figures.HeldBytes),
            Units.Bytes(figures.StoredBytes),
            Times(figures.Dedupe),
            Times(figures.Compression),
            figures.GrowthBytes is { } growth ? Units.Bytes(growth) : "",
            Times(figures.StoredToData)
        );

    private static string Times(double? ratio) =>
        ratio is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}x");
}

/// <summary>What <c>stats --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record StatsDocument(
    IReadOnlyList<StatsDocumentFigures> Databases,
    StatsDocumentFigures Total,
    long ForgottenObjects,
    long ForgottenBytes,
    long UnneededObjects,
    long UnneededBytes,
    long AllBytes,
    double? AllToData,
    long MissingObjects,
    IReadOnlyList<ListDocumentDamage> Damaged
)
{
    public static StatsDocument Of(StatisticsReport report) =>
        new(
            [.. report.Databases.Select(database => StatsDocumentFigures.Of(database.Name, database.Figures))],
            StatsDocumentFigures.Of(null, report.Whole),
            report.Forgotten.Count,
            report.Forgotten.Bytes,
            report.Unneeded.Count,
            report.Unneeded.Bytes,
            report.AllBytes,
            report.StoredToData,
            report.MissingObjects,
            [.. report.Damaged.Select(damaged => new ListDocumentDamage(damaged.Backup, damaged.Reason))]
        );
}

internal sealed record StatsDocumentFigures(
    string? Database,
    int Backups,
    long DataBytes,
    long HeldBytes,
    long UniqueBytes,
    long StoredBytes,
    long Objects,
    double? DedupeRatio,
    double? CompressionRatio,
    long? BytesAddedPerBackup,
    double? StoredToData
)
{
    public static StatsDocumentFigures Of(string? database, StorageFigures figures) =>
        new(
            database,
            figures.Backups,
            figures.DataBytes,
            figures.HeldBytes,
            figures.UniqueBytes,
            figures.StoredBytes,
            figures.Objects,
            figures.Dedupe,
            figures.Compression,
            figures.GrowthBytes,
            figures.StoredToData
        );
}
