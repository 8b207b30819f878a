using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Server.Auth.Sessions;
using Surety.Server.Operations;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>
/// A run as it goes, as server-sent events: <c>progress</c> each time it has changed and at least every 15 seconds, and
/// <c>end</c>, after which nothing comes. The data of each is the run. Without <c>end</c> it stops where the session of whoever
/// follows is over: signed out of, or expired; and where the server stops.
/// </summary>
internal static class RunEventsEndpoint
{
    private const string Progress = "progress";
    private const string End = "end";

    /// <summary>Proxies close what is silent for long.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/runs/{run}/events", FollowAsync)
            .WithTags("Runs")
            .WithSummary("Follow a run: server-sent events, progress and at last end; the data of each is the run");

    private static async Task<ServerSentEventsResult<RunDocument>> FollowAsync(
        string run,
        ClaimsPrincipal user,
        OperationDesk desk,
        RunQueue queue,
        TimeProvider clock,
        HttpContext context,
        SessionLife sessions,
        IHostApplicationLifetime server,
        CancellationToken cancellationToken
    )
    {
        var found = await desk.FindRunAsync(user, RunEndpoints.IdOf(run), cancellationToken);
        return TypedResults.ServerSentEvents(
            EventsAsync(
                found,
                queue,
                clock,
                () => sessions.HasLeft(context),
                server.ApplicationStopping,
                cancellationToken
            )
        );
    }

    private static async IAsyncEnumerable<SseItem<RunDocument>> EventsAsync(
        Run run,
        RunQueue queue,
        TimeProvider clock,
        Func<bool> hasLeft,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        await using var changes = queue.WatchAsync(run.Id, either.Token).GetAsyncEnumerator(either.Token);
        var next = Task.FromResult(true);
        try
        {
            var last = run;
            while (true)
            {
                next = changes.MoveNextAsync().AsTask();
                bool? isThere;
                while ((isThere = await IsThereAsync(next, clock)) is null && !hasLeft())
                {
                    yield return EventOf(last);
                }

                if (isThere is not true || hasLeft())
                {
                    yield break;
                }

                yield return EventOf(last = changes.Current);
            }
        }
        finally
        {
            // Whoever follows may leave at any moment: what is being watched is let go before the watch is.
            await either.CancelAsync();
            await Task.WhenAny(next);
        }
    }

    /// <summary>Null where nothing has changed for long; false where nothing will, or nobody follows any more.</summary>
    private static async Task<bool?> IsThereAsync(Task<bool> next, TimeProvider clock)
    {
        try
        {
            return await next.WaitAsync(LongestSilence, clock);
        }
        catch (TimeoutException) when (!next.IsFaulted)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static SseItem<RunDocument> EventOf(Run run) => new(RunDocument.Of(run), run.HasEnded ? End : Progress);
}
