using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Configuration.Serving;
using Surety.Server.Auth;
using Surety.Server.Scheduling;

namespace Surety.Server.Api;

/// <summary>What is done unattended, and when.</summary>
internal static class ScheduleEndpoint
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/schedules", ListAsync).WithTags("Schedules").WithSummary("When each database is backed up next");

    private static async Task<Ok<ScheduleList>> ListAsync(
        ClaimsPrincipal user,
        Schedules schedules,
        CancellationToken cancellationToken
    )
    {
        var all = await schedules.ListAsync(cancellationToken);
        return TypedResults.Ok(
            new ScheduleList([
                .. all.Where(schedule => user.MayUse(schedule.Database, AccessRole.Viewer)).Select(ScheduleDocument.Of),
            ])
        );
    }
}

public sealed record ScheduleList(IReadOnlyList<ScheduleDocument> Schedules);

/// <param name="Database">The name in the configuration.</param>
/// <param name="Rules">What the configuration says, one line each.</param>
/// <param name="NextTimes">When it is due next, the first one first.</param>
/// <param name="Missed">What becomes of runs that nobody was there for: run (once, as soon as can be) or skip.</param>
/// <param name="TimeoutSeconds">After which a run is ended; null for no limit.</param>
/// <param name="LastRun">The newest backup that the schedule asked for.</param>
/// <param name="Watch">What was seen of the database's changes; null where nobody looks.</param>
public sealed record ScheduleDocument(
    string Database,
    IReadOnlyList<string> Rules,
    IReadOnlyList<DateTimeOffset> NextTimes,
    string Missed,
    double? TimeoutSeconds,
    RunDocument? LastRun,
    WatchView? Watch
)
{
    internal static ScheduleDocument Of(ScheduleView view) =>
        new(
            view.Database,
            view.Rules,
            view.NextTimes,
            view.Missed.ToString().ToLowerInvariant(),
            view.Timeout?.TotalSeconds,
            view.LastRun is { } run ? RunDocument.Of(run) : null,
            view.Watch
        );
}
