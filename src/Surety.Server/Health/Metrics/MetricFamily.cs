using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Surety.Server.Health.Metrics;

/// <summary>One instrument, with a value for each set of labels.</summary>
internal sealed class MetricFamily
{
    private enum Kind
    {
        Counter,
        Gauge,
        Histogram,
    }

    private readonly SortedDictionary<string, double> values = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Buckets> histograms = new(StringComparer.Ordinal);
    private readonly string name;
    private readonly string help;
    private readonly Kind kind;

    public MetricFamily(Instrument instrument)
    {
        name = NameOf(instrument);
        help = instrument.Description ?? "";
        kind =
            IsCounter(instrument) ? Kind.Counter
            : instrument is Histogram<double> ? Kind.Histogram
            : Kind.Gauge;
    }

    /// <summary>Counters end in <c>_total</c> here, as Prometheus has it.</summary>
    public static string NameOf(Instrument instrument) =>
        IsCounter(instrument) ? $"{instrument.Name}_total" : instrument.Name;

    /// <summary>Gauges are read anew each time: what is not there any more must not stay.</summary>
    public void Forget()
    {
        if (kind == Kind.Gauge)
        {
            values.Clear();
        }
    }

    public void Take(string labels, double value)
    {
        switch (kind)
        {
            case Kind.Counter:
                values[labels] = values.GetValueOrDefault(labels) + value;
                break;
            case Kind.Gauge:
                values[labels] = value;
                break;
            default:
                (histograms.TryGetValue(labels, out var buckets) ? buckets : histograms[labels] = new Buckets()).Take(
                    value
                );
                break;
        }
    }

    public void Write(StringBuilder text)
    {
        if (values.Count + histograms.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {$"{kind}".ToLowerInvariant()}\n");
        foreach (var (labels, value) in values)
        {
            Line(text, name, labels, value);
        }

        foreach (var (labels, buckets) in histograms)
        {
            foreach (var (bound, count) in buckets.Cumulative())
            {
                Line(text, $"{name}_bucket", Joined(labels, $"le=\"{bound}\""), count);
            }

            Line(text, $"{name}_sum", labels, buckets.Sum);
            Line(text, $"{name}_count", labels, buckets.Count);
        }
    }

    private static bool IsCounter(Instrument instrument) => instrument is Counter<long>;

    private static string Joined(string labels, string last) => labels.Length == 0 ? last : $"{labels},{last}";

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
    }

    private sealed class Buckets
    {
        private readonly long[] counts = new long[SuretyMeter.DurationBounds.Length];

        public double Sum { get; private set; }

        public long Count { get; private set; }

        public void Take(double value)
        {
            Sum += value;
            Count++;
            var index = Array.FindIndex(SuretyMeter.DurationBounds, bound => value <= bound);
            if (index >= 0)
            {
                counts[index]++;
            }
        }

        public IEnumerable<(string Bound, long Count)> Cumulative()
        {
            var sum = 0L;
            for (var i = 0; i < counts.Length; i++)
            {
                sum += counts[i];
                yield return (SuretyMeter.DurationBounds[i].ToString("R", CultureInfo.InvariantCulture), sum);
            }

            yield return ("+Inf", Count);
        }
    }
}
