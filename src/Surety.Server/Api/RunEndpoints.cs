using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>What this server has run and runs.</summary>
internal static class RunEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var runs = api.MapGroup("/runs").WithTags("Runs");
        runs.MapGet("", ListAsync).WithSummary("Runs, newest first");
        runs.MapGet("/{run}", ShowAsync).WithSummary("One run");
        runs.MapPost("/{run}/cancel", CancelAsync)
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Cancel a run: one's own as operator, any as admin");
    }

    /// <summary>The id of a run in an address.</summary>
    /// <exception cref="SuretyException">RunNotFound: it is none.</exception>
    public static RunId IdOf(string run) =>
        RunId.TryParse(run, out var id)
            ? id
            : throw new SuretyException(ErrorCode.RunNotFound, "that is no id of a run", "GET /api/v1/runs lists them");

    private static async Task<Ok<RunList>> ListAsync(
        [Description("Only of this database, by its name in the configuration")] string? database,
        [Description("Only this command")] string? operation,
        [Description("true: only what has ended; false: only what has not")] bool? ended,
        [Description("How many, 1 to 500; 100 if left out")] int? limit,
        ClaimsPrincipal user,
        OperationDesk desk,
        CancellationToken cancellationToken
    )
    {
        var filter = new RunFilter
        {
            Database = database,
            Operation = operation,
            HasEnded = ended,
            Limit = Paging.LimitOf(limit),
        };
        var found = await desk.ListRunsAsync(user, filter, cancellationToken);
        return TypedResults.Ok(new RunList([.. found.Select(RunDocument.Of)]));
    }

    private static async Task<Ok<RunDocument>> ShowAsync(
        string run,
        ClaimsPrincipal user,
        OperationDesk desk,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(RunDocument.Of(await desk.FindRunAsync(user, IdOf(run), cancellationToken)));

    private static async Task<Accepted<RunDocument>> CancelAsync(
        string run,
        ClaimsPrincipal user,
        OperationDesk desk,
        CancellationToken cancellationToken
    )
    {
        var document = RunDocument.Of(await desk.CancelAsync(user, IdOf(run), cancellationToken));
        return TypedResults.Accepted(document.Links.Self, document);
    }
}

public sealed record RunList(IReadOnlyList<RunDocument> Runs);
