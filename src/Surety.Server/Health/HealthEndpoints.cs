using Microsoft.AspNetCore.Http.HttpResults;
using Quartz;
using Surety.Core.Configuration.Serving;
using Surety.Server.Api;
using Surety.Server.Auth;

namespace Surety.Server.Health;

/// <summary>
/// What monitors and orchestrators ask. Anybody gets a status and one word, since a probe has no token; names and reasons are
/// for those who may look at the database.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health").DisableHttpMetrics();
        health.MapGet("/live", () => TypedResults.Json(new HealthAnswer("alive"), ApiJson.Options));
        health.MapGet("/ready", ReadyAsync);
        health.MapGet("/backups", BackupsAsync);
    }

    private static async Task<IResult> ReadyAsync(
        BackupHealth judge,
        ISchedulerFactory schedulers,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var reading = await ReadAsync(judge, context, cancellationToken);
        var reasons = reading
            .Databases.Where(database => database.Unreachable is not null)
            .Select(database => (Database: (string?)database.Name, Reason: database.Unreachable!.Message))
            .ToList();
        if (reading.RunsUnknown is { } unknown)
        {
            reasons.Add((null, unknown.Message));
        }

        var scheduler = await schedulers.GetScheduler(cancellationToken);
        if (scheduler.Status != SchedulerStatus.Running)
        {
            reasons.Add((null, "the scheduler does not run"));
        }

        var isReady = reasons.Count == 0;
        var shown = reasons
            .Where(reason => context.User.MayUse(reason.Database, AccessRole.Viewer))
            .Select(reason => reason.Reason)
            .Distinct();
        return Answer(
            new HealthAnswer(isReady ? "ready" : "not ready") { Reasons = isReady ? null : [.. shown] },
            isReady
        );
    }

    private static async Task<IResult> BackupsAsync(
        BackupHealth judge,
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        var reading = await ReadAsync(judge, context, cancellationToken);
        var shown = reading.Databases.Where(database => context.User.MayUse(database.Name, AccessRole.Viewer)).ToList();
        return Answer(
            new HealthAnswer(reading.IsWell ? "healthy" : "unhealthy")
            {
                Databases = shown.Count == 0 ? null : [.. shown.Select(HealthDocument.Of)],
            },
            reading.IsWell
        );
    }

    private static Task<HealthReading> ReadAsync(
        BackupHealth judge,
        HttpContext context,
        CancellationToken cancellationToken
    ) =>
        context.User.Identity is { IsAuthenticated: true }
            ? judge.ReadAsync(cancellationToken)
            : judge.ReadRecentAsync(cancellationToken);

    private static JsonHttpResult<HealthAnswer> Answer(HealthAnswer answer, bool isWell) =>
        TypedResults.Json(
            answer,
            ApiJson.Options,
            statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable
        );
}
