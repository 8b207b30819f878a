using System.ComponentModel;
using System.Globalization;
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
        [Description("Those before this run; the next address of a page has it")] string? before,
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
        RunId? from = before is null ? null : IdOf(before);
        var page = await desk.ListRunsAsync(user, filter, from, cancellationToken);
        return TypedResults.Ok(
            new RunList([.. page.Runs.Select(RunDocument.Of)], page.HasOlder ? After(filter, page.Runs[^1].Id) : null)
        );
    }

    /// <summary>The address of the page after a run.</summary>
    private static string After(RunFilter filter, RunId last)
    {
        var values = new Dictionary<string, string?>
        {
            ["database"] = filter.Database,
            ["operation"] = filter.Operation,
            ["ended"] = filter.HasEnded is { } ended ? (ended ? "true" : "false") : null,
            ["limit"] = filter.Limit.ToString(CultureInfo.InvariantCulture),
            ["before"] = $"{last}",
        };
        return $"{ApiServices.Root}/runs{QueryString.Create(values.Where(value => value.Value is not null))}";
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

/// <param name="Runs">Without their results; the newest first.</param>
/// <param name="Next">Where older ones are; null on the last page.</param>
public sealed record RunList(IReadOnlyList<RunDocument> Runs, string? Next);
