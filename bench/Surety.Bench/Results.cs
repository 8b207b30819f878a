using System.Globalization;
using System.Text;

namespace Surety.Bench;

/// <summary>Collects measurements by data set and case, and prints their medians as a table.</summary>
internal sealed class Results
{
    private sealed record Row(string Set, string Case)
    {
        public List<Measurement> Measured { get; } = [];
        public List<long> Stored { get; } = [];
    }

    private readonly List<Row> rows = [];

    /// <param name="stored">Bytes that the case wrote, or null where that is not what it does.</param>
    public void Add(string set, string name, Measurement measured, long? stored = null)
    {
        var row = rows.Find(r => r.Set == set && r.Case == name);
        if (row is null)
        {
            row = new Row(set, name);
            rows.Add(row);
        }

        row.Measured.Add(measured);
        if (stored is { } bytes)
        {
            row.Stored.Add(bytes);
        }
    }

    /// <summary>Markdown; the ratio is to the first case of the same data set.</summary>
    public string Table()
    {
        var text = new StringBuilder("| data | case | seconds (median) | min - max | ratio | peak MB | stored MB |\n");
        text.Append("| --- | --- | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var row in rows)
        {
            var seconds = row.Measured.Select(m => m.Seconds).ToList();
            var first = rows.First(r => r.Set == row.Set).Measured.Select(m => m.Seconds).ToList();
            var stored = row.Stored.Count == 0 ? "" : $"{Median(row.Stored.Select(b => b / 1e6)):0.00}";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Set} | {row.Case} | {Median(seconds):0.00} | {seconds.Min():0.00} - {seconds.Max():0.00} | {Median(seconds) / Median(first):0.00} | {row.Measured.Max(m => m.PeakBytes) / 1e6:0} | {stored} |\n"
            );
        }

        return text.ToString();
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
