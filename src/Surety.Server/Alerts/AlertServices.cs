using Npgsql;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Core.Postgres;
using Surety.Repository.Storage.Local;

namespace Surety.Server.Alerts;

internal static class AlertServices
{
    public static IServiceCollection AddAlerts(this IServiceCollection services, SuretySettings settings)
    {
        var setting = settings.FindAlerts();
        services.AddSingleton(setting);
        services.AddSingleton(provider => MemoryOf(provider, settings));
        services.AddSingleton<AlertInspection>();
        services.AddSingleton(provider => new AlertSender(
            setting,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertSender>>()
        ));
        services.AddSingleton(provider => new AlertWatch(
            provider.GetRequiredService<AlertInspection>(),
            provider.GetRequiredService<IAlertMemory>(),
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

    private static IAlertMemory MemoryOf(IServiceProvider provider, SuretySettings settings)
    {
        if (provider.GetRequiredService<ServerSetting>().JobStore is not { } address)
        {
            return new FolderAlertMemory(provider.GetRequiredService<LocalBlobStore>());
        }

        var target = ConnectionTargetParser.Parse(address, settings.Environment, _ => { });
        return new PostgresAlertMemory(NpgsqlDataSource.Create(target.ToNpgsql("surety alerts").ConnectionString));
    }
}
