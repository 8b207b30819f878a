using Surety.Server.Dashboard.Reading;

namespace Surety.Server.Dashboard;

/// <summary>The pages: rendered here, each one answer (docs/decisions/0024).</summary>
internal static class DashboardServices
{
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
        services.AddSingleton<Standings>();
        return services;
    }

    public static void MapDashboard(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>();
    }
}
