using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Audit;
using Surety.Core.Audit.Pages;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Served;

namespace Surety.Server.Dashboard;

/// <summary>The page of <c>surety report</c>: of the last 30 days, complete in itself, to be kept or printed.</summary>
internal static class ReportPage
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/report/{repository}", SendAsync).ExcludeFromDescription();

    private static async Task<ContentHttpResult> SendAsync(
        string repository,
        HttpContext context,
        SuretySettings settings,
        RepositoryViews views,
        TimeProvider clock
    )
    {
        // It tells of everything in the repository, and of what concerns no database.
        if (!context.User.MayUseAll(AccessRole.Viewer) || !settings.RepositoryNames.Contains(repository))
        {
            throw new SuretyException(
                ErrorCode.AccessRefused,
                $"there is no report of '{repository}' for {context.User.RequestedBy()}",
                "it takes a role for all databases, and a repository of the configuration"
            );
        }

        var options = new AuditOptions
        {
            Since = clock.GetUtcNow() - Period,
            TargetsOf = settings.FindTargets,
            RulesOf = settings.FindRetention,
        };
        using var open = await views.OpenAsync(settings.FindRepository(repository), context.RequestAborted);
        var report = await AuditReport.MakeAsync(open.Repository, options, clock, context.RequestAborted);
        return TypedResults.Content(AuditPage.Of(report), "text/html; charset=utf-8");
    }
}
