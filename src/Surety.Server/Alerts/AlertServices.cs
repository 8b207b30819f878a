using Surety.Core.Configuration;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

internal static class AlertServices
{
    public static IServiceCollection AddAlerts(this IServiceCollection services, SuretySettings settings)
    {
        var setting = settings.FindAlerts();
        services.AddSingleton(setting);
        services.AddSingleton<IAlertTurn>(provider =>
            provider.GetService<JobStore>() is { } shared ? new SharedTurn(shared) : new OnlyTurn()
        );
        services.AddSingleton<AlertInspection>();
        services.AddSingleton(provider => new AlertSender(
            setting,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertSender>>()
        ));
        services.AddSingleton(provider => new AlertWatch(
            provider.GetRequiredService<AlertInspection>(),
            provider.GetRequiredService<IAlertTurn>(),
            provider.GetRequiredService<IServerMemory>(),
            provider.GetRequiredService<AlertSender>(),
            setting,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertWatch>>()
        ));
        services.AddHostedService(provider => provider.GetRequiredService<AlertSender>());
        services.AddHostedService(provider => provider.GetRequiredService<AlertWatch>());
        if (setting.Heartbeat is { } heartbeat)
        {
            services.AddSingleton(heartbeat);
            services.AddHostedService<Heartbeat>();
        }

        return services;
    }
}
