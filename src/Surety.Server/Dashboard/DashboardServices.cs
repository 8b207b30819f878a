using Surety.Server.Dashboard.Reading;

namespace Surety.Server.Dashboard;

/// <summary>The pages: rendered here, each one answer (docs/decisions/0024).</summary>
internal static class DashboardServices
{
    public static void AddDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<Standings>();
        services.AddSingleton<ReportPage>();
    }

    /// <summary>Before anything that may refuse a request.</summary>
    public static void UseDashboard(this WebApplication app) => PageProblems.Use(app);

    public static void MapDashboard(this WebApplication app)
    {
        // The page to sign in needs its looks.
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>();
        FormActions.Map(app);
        ReportPage.Map(app);
    }
}
