namespace Surety.Server.Health;

internal static class HealthServices
{
    public static IServiceCollection AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<BackupHealth>();
        return services;
    }
}
