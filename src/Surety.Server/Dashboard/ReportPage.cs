using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Audit;
using Surety.Core.Audit.Pages;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Retention;
using Surety.Repository.Statistics;
using Surety.Server.Auth;
using Surety.Server.Served;

namespace Surety.Server.Dashboard;

/// <summary>
/// The page of <c>surety report</c>: of the last 30 days, complete in itself, to be kept or printed. Where storage takes long
/// to be counted the page comes without it, says so, and loads itself again.
/// </summary>
internal sealed class ReportPage(
    SuretySettings settings,
    RepositoryViews views,
    StorageCounting storage,
    TimeProvider clock
)
{
    private const int SecondsToLoadAgain = 3;
    private static readonly TimeSpan Period = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet(
                "/report/{repository}",
                (string repository, HttpContext context, ReportPage page) => page.SendAsync(repository, context)
            )
            .ExcludeFromDescription();

    private async Task<ContentHttpResult> SendAsync(string repository, HttpContext context)
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

        var setting = settings.FindRepository(repository);
        var view = await views.ReadAsync(setting, context.RequestAborted);
        var (counted, missing) = await FindStorageAsync(setting, view, context.Response);
        var notKnown = new HashSet<string>();
        var options = new AuditOptions
        {
            Since = clock.GetUtcNow() - Period,
            TargetsOf = name => Find(() => settings.FindTargets(name), new TargetSection(), notKnown),
            RulesOf = name => Find(() => settings.FindRetention(name), new RetentionRules(), notKnown),
        };
        var read = new AuditReading(view.Location, view.Journal, view.Backups, view.Marks, counted);
        var report = AuditReport.Of(read, options, clock.GetUtcNow());
        if (missing is not null)
        {
            notKnown.Add($"storage: {missing}");
        }

        report = report with { Unreadable = [.. report.Unreadable, .. notKnown] };
        return TypedResults.Content(AuditPage.Of(report), "text/html; charset=utf-8");
    }

    /// <summary>Which database is meant may depend on what is not set: that is told, and hides nothing else.</summary>
    private static T Find<T>(Func<T> find, T nothing, HashSet<string> notKnown)
    {
        try
        {
            return find();
        }
        catch (SuretyException e)
        {
            notKnown.Add($"targets and retention: {e.Message}");
            return nothing;
        }
    }

    /// <summary>What the backups take, or why that is missing.</summary>
    private async Task<(StatisticsReport? Counted, string? Missing)> FindStorageAsync(
        RepositorySetting setting,
        RepositoryView view,
        HttpResponse response
    )
    {
        try
        {
            if (await storage.FindAsync(setting, view) is { } counted)
            {
                return (counted, null);
            }
        }
        catch (SuretyException e)
        {
            return (null, e.Message);
        }

        response.Headers["Refresh"] = $"{SecondsToLoadAgain}";
        return (null, "it is being counted, and this page loads itself again");
    }
}
