using System.Globalization;
using System.Text;
using Surety.Core.Listing;
using Surety.Repository.Documents;
using Surety.Repository.Journal;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety journal</c> prints: a line for each operation, and under it what else there is to know.</summary>
internal static class JournalReport
{
    /// <param name="records">Newest first.</param>
    /// <param name="damaged">Records that cannot be read: what they told may be missed.</param>
    public static CommandResult Of(IReadOnlyList<ShownRecord> records, IReadOnlyList<DamagedDocument> damaged) =>
        CommandResult.Of(
            JournalDocument.Of(records, damaged),
            Documents.Json.JournalDocument,
            (records.Count == 0 ? "no records\n" : Text(records)) + DamagedText(damaged),
            damaged.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(IReadOnlyList<ShownRecord> records)
    {
        var table = new TextTable(
            new("STARTED"),
            new("OPERATION"),
            new("DATABASE"),
            new("BACKUP"),
            new("OUTCOME"),
            new("TOOK", Right: true),
            new("BY")
        );
        foreach (var (record, _) in records)
        {
            table.Add(
                Units.Time(record.StartedAt),
                record.Operation,
                record.Database ?? "",
                record.Backup?.ToString() ?? "",
                record.Outcome,
                Units.Duration(record.FinishedAt - record.StartedAt),
                record.User is { } user ? $"{user}@{record.Host}" : record.Host
            );
        }

        var lines = table.ToString().Split('\n');
        var text = new StringBuilder($"{lines[0]}\n");
        for (var i = 0; i < records.Count; i++)
        {
            text.Append($"{lines[i + 1]}\n");
            AppendDetails(text, records[i]);
        }

        return text.ToString();
    }

    private static void AppendDetails(StringBuilder text, ShownRecord shown)
    {
        var record = shown.Record;
        Line("command", record.Command);
        if (record.Guarded is { } guarded)
        {
            var end = guarded.ExitCode is { } number ? $"exit code {Invariant(number)}" : "did not end by itself";
            Line("ran", $"{guarded.Command} ({end})");
        }

        Line("asked by", record.RequestedBy);
        Line("approved", record.ApprovedBy);
        Line("safety", record.SafetyBackup?.ToString());
        Line("figures", Figures(record.Figures));
        Line("error", record.Error is { } code ? $"[{code}] {record.Message}" : null);
        Line(record.Outcome == JournalRecord.Done ? "about" : "found", record.Error is null ? record.Message : null);
        Line("undo", shown.Recovery ?? (record.WayBack is { } gone ? $"not possible: backup {gone} is gone" : null));

        void Line(string label, string? value)
        {
            if (value is not null)
            {
                text.Append($"    {label, -8} {value.ReplaceLineEndings(" ")}\n");
            }
        }
    }

    private static string? Figures(IReadOnlyDictionary<string, double>? figures) =>
        figures is null ? null : string.Join(", ", figures.Select(figure => $"{figure.Key} {Figure(figure.Value)}"));

    private static string Figure(double value) => value.ToString("#,0.###", CultureInfo.InvariantCulture);

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string DamagedText(IReadOnlyList<DamagedDocument> damaged) =>
        damaged.Count == 0
            ? ""
            : $"\nDAMAGED: {Units.Count(damaged.Count, "record")} cannot be read\n"
                + string.Concat(damaged.Select(piece => $"  {piece.Name}: {piece.Error.Message}\n"));
}
