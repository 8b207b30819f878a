using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Surety.Server.Health.Metrics;

/// <summary>
/// The meter as Prometheus reads it: text format 0.0.4 (prometheus.io, "Exposition formats"). No exporter is used: this feed
/// has none, and the format is small.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener listener = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public PrometheusText(SuretyMeter meter)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (meter.Owns(instrument))
            {
                families.TryAdd(MetricFamily.NameOf(instrument), new MetricFamily(instrument));
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.SetMeasurementEventCallback<double>((instrument, value, labels, _) => Take(instrument, value, labels));
        listener.Start();
    }

    /// <summary>Everything that the meter shows now.</summary>
    public string Write()
    {
        lock (gate)
        {
            foreach (var family in families.Values)
            {
                family.Forget();
            }

            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in families.Values)
            {
                family.Write(text);
            }

            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        lock (gate)
        {
            families[MetricFamily.NameOf(instrument)].Take(LabelsOf(labels), value);
        }
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var pairs = new List<string>();
        foreach (var (name, value) in labels)
        {
            pairs.Add($"{name}=\"{Escaped(string.Create(CultureInfo.InvariantCulture, $"{value}"))}\"");
        }

        return string.Join(',', pairs);
    }

    private static string Escaped(string value) =>
        value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
