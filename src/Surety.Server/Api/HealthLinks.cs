using Microsoft.AspNetCore.Http.HttpResults;

namespace Surety.Server.Api;

/// <summary>Where to ask how the server and the backups are. The addresses are those that probes ask, outside of the API.</summary>
/// <param name="Live">The server answers.</param>
/// <param name="Ready">It reaches what it needs.</param>
/// <param name="Backups">Every database has a proven backup that is new enough.</param>
/// <param name="Metrics">Figures for Prometheus.</param>
public sealed record HealthLinks(string Live, string Ready, string Backups, string Metrics)
{
    internal static void Map(RouteGroupBuilder api) =>
        api.MapGet("/health", Links).WithTags("Health").WithSummary("Where to ask how the server and the backups are");

    private static Ok<HealthLinks> Links() =>
        TypedResults.Ok(new HealthLinks("/health/live", "/health/ready", "/health/backups", "/metrics"));
}
