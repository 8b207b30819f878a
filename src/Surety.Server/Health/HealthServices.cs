using Surety.Server.Auth;
using Surety.Server.Health.Metrics;

namespace Surety.Server.Health;

internal static class HealthServices
{
    public static void AddHealth(this IServiceCollection services, IReadOnlyDictionary<string, string?> environment)
    {
        services.AddSingleton<BackupHealth>();
        services.AddSingleton<SuretyMeter>();
        services.AddSingleton<MeterReading>();
        services.AddSingleton<PrometheusText>();
        if (environment.GetValueOrDefault(MetricExport.Variable) is { Length: > 0 })
        {
            services.AddHostedService(provider =>
                ActivatorUtilities.CreateInstance<MetricExport>(provider, environment)
            );
        }
    }

    public static void MapMetrics(this WebApplication app)
    {
        // From the start: a listener counts what it hears.
        var text = app.Services.GetRequiredService<PrometheusText>();
        app.MapGet(
                "/metrics",
                async (MeterReading reading, CancellationToken cancellationToken) =>
                {
                    await reading.RefreshAsync(cancellationToken);
                    return TypedResults.Text(text.Write(), PrometheusText.ContentType);
                }
            )
            .RequireAuthorization(AccessPolicies.ViewerOfAll);
    }
}
