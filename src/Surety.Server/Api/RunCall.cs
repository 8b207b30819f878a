using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Surety.Repository.Errors;
using Surety.Server.Operations;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>
/// A call that becomes a run. It answers 202 with where to follow the run; with <c>wait</c>, 200 once the run has ended
/// within that time. A server that stops lets nobody wait: it answers 202 at once.
/// </summary>
internal sealed record RunCall(
    HttpContext Http,
    OperationDesk Desk,
    RunQueue Queue,
    IHostApplicationLifetime Server,
    [property: FromHeader(Name = RunCall.KeyHeader)]
    [property: Description(
        "Any text of up to 200 characters. The same request with the same key is one run, however often it is sent."
    )]
        string? IdempotencyKey,
    [property: FromQuery(Name = "wait")]
    [property: Description("How many seconds to wait for the end of the run before answering; 0 (the default) to 300.")]
        int? Wait
)
{
    public const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 200;
    private const int LongestWait = 300;

    public async Task<Results<Ok<RunDocument>, Accepted<RunDocument>>> SubmitAsync(
        OperationSubject subject,
        OperationRequest request
    )
    {
        RequireSoundKey(IdempotencyKey);
        RequireSoundWait();
        var run = await Desk.SubmitAsync(Http.User, subject, request, IdempotencyKey, Http.RequestAborted);
        run = Wait is > 0 and var seconds ? await WaitAsync(run, TimeSpan.FromSeconds(seconds)) : run;
        var document = RunDocument.Of(run);
        return run.HasEnded && Wait is > 0
            ? TypedResults.Ok(document)
            : TypedResults.Accepted(document.Links.Self, document);
    }

    private Task<Run> WaitAsync(Run run, TimeSpan limit) =>
        WaitAsync(Queue, run, limit, Server.ApplicationStopping, Http.RequestAborted);

    /// <summary>A run as it ended, or as it was after some time, or when the server began to stop.</summary>
    public static async Task<Run> WaitAsync(
        RunQueue queue,
        Run run,
        TimeSpan limit,
        CancellationToken stopping,
        CancellationToken aborted
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, aborted);
        stop.CancelAfter(limit);
        var last = run;
        try
        {
            await foreach (var now in queue.WatchAsync(run.Id, stop.Token))
            {
                last = now;
            }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            // It goes on; the answer says where to follow it.
        }

        return last;
    }

    /// <exception cref="SuretyException">InvalidArgument: it is empty or too long. Null is none, which is fine.</exception>
    public static void RequireSoundKey(string? key)
    {
        if (key is { Length: 0 or > LongestKey })
        {
            throw Wrong($"{KeyHeader} has to have 1 to {LongestKey} characters", "use a new UUID for each request");
        }
    }

    private void RequireSoundWait()
    {
        if (Wait is < 0 or > LongestWait)
        {
            throw Wrong(
                $"wait has to be 0 to {LongestWait} seconds",
                "follow the run at its Location instead of waiting longer"
            );
        }
    }

    private static SuretyException Wrong(string fact, string hint) =>
        new(ErrorCode.InvalidArgument, $"{fact}; nothing was done", hint);
}
