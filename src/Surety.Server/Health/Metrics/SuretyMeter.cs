using System.Diagnostics.Metrics;
using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts;
using Surety.Server.Runs;

namespace Surety.Server.Health.Metrics;

/// <summary>
/// Everything that is measured, as one meter: what Prometheus reads and what OpenTelemetry sends are the same. Names carry
/// their units. Of databases it shows the newest reading of the judge.
/// </summary>
public sealed class SuretyMeter : IDisposable
{
    public const string Name = "Surety";

    /// <summary>From a second to a working day.</summary>
    internal static readonly double[] DurationBounds = [1, 5, 15, 60, 300, 900, 1800, 3600, 14400, 28800];

    private readonly Meter meter = new(Name);
    private readonly Counter<long> runs;
    private readonly Histogram<double> durations;
    private volatile Measured? measured;

    public SuretyMeter()
    {
        runs = meter.CreateCounter<long>("surety_runs", null, "Runs that have ended on this server");
        durations = meter.CreateHistogram(
            "surety_run_duration_seconds",
            "s",
            "How long runs took",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBounds }
        );
        foreach (var gauge in DatabaseGauges.All)
        {
            meter.CreateObservableGauge(gauge.Name, () => OfDatabases(gauge), gauge.Unit, gauge.Help);
        }

        Observe("surety_runs_waiting", "Runs that wait for their turn", now => One(now.Waiting));
        Observe("surety_runs_running", "Runs that are under way", now => One(now.Running));
        Observe("surety_alerts_firing", "Alerts that are open; none before the first look", AlertsBySeverity);
        meter.CreateObservableGauge(
            "surety_alerts_last_look_timestamp_seconds",
            () => measured?.Alerts.LookedAt is { } at ? One(at.ToUnixTimeSeconds()) : [],
            "s",
            "When everything was looked at last, in Unix time"
        );
        Observe("surety_alert_notices_waiting", "Notices that a channel has not taken", OfChannels(one => one.Waiting));
        Observe("surety_alert_notices_given_up", "Notices that nobody saw", OfChannels(one => one.GivenUp));
        Observe("surety_alert_attempts_failed", "Attempts to tell that failed", OfChannels(one => one.Failed));
        meter.CreateObservableGauge(
            "surety_process_memory_bytes",
            () => Environment.WorkingSet,
            "By",
            "Memory of the server; its runs are processes of their own"
        );
    }

    /// <summary>False of another server's in the same process.</summary>
    internal bool Owns(Instrument instrument) => instrument.Meter == meter;

    /// <summary>A run has ended.</summary>
    public void Ended(Run run)
    {
        var labels = new KeyValuePair<string, object?>[]
        {
            new("operation", run.Request.Operation),
            new("outcome", $"{run.State}".ToLowerInvariant()),
        };
        runs.Add(1, labels);
        if (run.FinishedAt - run.StartedAt is { } took)
        {
            durations.Record(took.TotalSeconds, labels);
        }
    }

    public void Dispose() => meter.Dispose();

    /// <summary>What the next look at the meter shows.</summary>
    internal void Show(Measured now) => measured = now;

    private void Observe(string name, string help, Func<Measured, IEnumerable<Measurement<double>>> values) =>
        meter.CreateObservableGauge(name, () => measured is { } now ? values(now) : [], null, help);

    private IEnumerable<Measurement<double>> OfDatabases(DatabaseGauge gauge) =>
        from health in measured?.Health.Databases ?? []
        let value = gauge.Of(health)
        where value is not null
        select new Measurement<double>(value.Value, new KeyValuePair<string, object?>("database", health.Name));

    private static IEnumerable<Measurement<double>> One(double value) => [new Measurement<double>(value)];

    private static IEnumerable<Measurement<double>> AlertsBySeverity(Measured now) =>
        (now.Alerts.LookedAt is null ? [] : Enum.GetValues<AlertSeverity>()).Select(severity => new Measurement<double>(
            now.Alerts.Open.Values.Count(alert => alert.Severity == severity),
            new KeyValuePair<string, object?>("severity", $"{severity}".ToLowerInvariant())
        ));

    private static Func<Measured, IEnumerable<Measurement<double>>> OfChannels(Func<ChannelStatus, double> value) =>
        now =>
            now.Channels.Select(channel => new Measurement<double>(
                value(channel),
                new KeyValuePair<string, object?>("channel", channel.Name)
            ));
}

/// <summary>What was last known of everything that is not counted as it happens.</summary>
internal sealed record Measured(
    HealthReading Health,
    AlertBook Alerts,
    IReadOnlyList<ChannelStatus> Channels,
    int Waiting,
    int Running
);
