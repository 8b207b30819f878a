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
    TimeProvider clock
) : BackgroundService
{
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment).Build();
        await reading.RefreshAsync(stoppingToken);
        using var provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
            .ConfigureResource(resource => resource.AddService("surety").AddEnvironmentVariableDetector())
            .AddMeter(SuretyMeter.Name)
            .AddOtlpExporter()
            .Build();
        using var timer = new PeriodicTimer(Pace, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await reading.RefreshAsync(stoppingToken);
        }
    }
}
