using System.Text;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>The head of a report on one backup.</summary>
internal static class BackupSummary
{
    public static string Text(Manifest manifest)
    {
        var figures = manifest.Figures;
        var text = new StringBuilder($"backup {manifest.Id} of {manifest.Database}\n");
        Line("about", manifest.Description);
        Line("tags", Tags(manifest.Tags));
        Line("instant", $"{Units.Time(manifest.CreatedAt)}, {manifest.Source.Isolation}, LSN {manifest.Source.Lsn}");
        Line("server", $"PostgreSQL {manifest.Source.ServerVersion}, read as {manifest.Source.Role}");
        Line(
            "holds",
            $"{Units.Count(figures.Rows, "row")} in {Units.Count(figures.Tables, "table")}, {Units.Bytes(figures.RawBytes)}"
        );
        Line("stored", $"{Units.Bytes(figures.StoredBytes)} in {Units.Count(figures.Objects, "object")}");
        Line("new", $"{Units.Bytes(figures.NewBytes)} in {Units.Count(figures.NewObjects, "object")}");
        Line("took", Units.Duration(TimeSpan.FromSeconds(figures.DurationSeconds)));
        return text.ToString();

        void Line(string label, string? value)
        {
            if (value is not null)
            {
                text.Append($"  {label, -8} {value}\n");
            }
        }
    }

    /// <summary>Nothing for a complete backup.</summary>
    public static string IncompleteText(IReadOnlyList<IncompleteItem> incomplete)
    {
        if (incomplete.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder(
            $"\nINCOMPLETE: this backup does not hold {Units.Count(incomplete.Count, "thing")}\n"
        );
        foreach (var item in incomplete)
        {
            text.Append($"  {item.Kind} {item.Name}: {item.Reason}\n");
        }

        return text.ToString();
    }

    private static string? Tags(IReadOnlyDictionary<string, string> tags) =>
        tags.Count == 0
            ? null
            : string.Join(
                ", ",
                tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}")
            );
}
