using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Surety.Server.Health.Metrics;

/// <summary>
/// Sends the meter by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to; the other variables of OpenTelemetry hold
/// as well. It reads what there is to send itself, since nobody asks for it.
/// </summary>
internal sealed class MetricExport(
    IReadOnlyDictionary<string, string?> environment,
    MeterReading reading,
    TimeProvider clock,
    ILogger<MetricExport> log
) : BackgroundService
{
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    private MeterProvider? sending;

    public override void Dispose()
    {
        sending?.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        RepeatedTask.RunAsync("the reading of metrics", Pace, clock, ReadAsync, log, stoppingToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await reading.RefreshAsync(cancellationToken);
        // Not before there is something to send.
        sending ??= Send();
    }

    private MeterProvider Send()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment).Build();
        return Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => resource.AddService("surety").AddEnvironmentVariableDetector())
            .AddMeter(SuretyMeter.Name)
            .AddOtlpExporter()
            .Build();
    }
}
