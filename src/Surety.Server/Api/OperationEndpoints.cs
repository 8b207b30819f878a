using Surety.Server.Auth;
using Surety.Server.Operations;

namespace Surety.Server.Api;

/// <summary>Everything that becomes a run.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var database = api.MapGroup("/databases/{database}").WithTags("Operations");
        MapOfDatabase(database);
        MapProofs(database.MapGroup("/backups/{backup}"));
        MapUses(database.MapGroup("/backups/{backup}"));
        MapReplacing(database.MapGroup("/backups/{backup}"));
    }

    private static void MapOfDatabase(RouteGroupBuilder database)
    {
        Plain<BackupRequest>(database, "/backups", AccessPolicies.Operator, "Make a backup");
        Plain<VerifyAllRequest>(database, "/verify", AccessPolicies.Operator, "Verify all backups of the repository");
        Plain<PruneRequest>(
            database,
            "/prune",
            AccessPolicies.Operator,
            "Apply the retention; destructive without dryRun"
        );
        WithBody<CheckRequest>(database, "/check", AccessPolicies.Operator, "Rate migrations by their text")
            .WithMetadata(BodyLimit.OfScripts);
        WithBody<RehearseRequest>(database, "/rehearse", AccessPolicies.Admin, "Run migrations on a copy")
            .WithMetadata(BodyLimit.OfScripts);
    }

    private static void MapProofs(RouteGroupBuilder backup)
    {
        Plain<VerifyRequest>(backup, "/verify", AccessPolicies.Operator, "Read every byte of a backup");
        Plain<ValidateRequest>(backup, "/validate", AccessPolicies.Operator, "Compare the database with a backup");
        Plain<DiffRequest>(backup, "/diff", AccessPolicies.Operator, "Show which rows and definitions differ");
        Plain<DrillRequest>(backup, "/drill", AccessPolicies.Operator, "Restore into a scratch server and prove it");
        Plain<RollbackPlanRequest>(backup, "/rollback-plan", AccessPolicies.Operator, "Show what a rollback would do");
    }

    private static void MapUses(RouteGroupBuilder backup)
    {
        WithBody<ExportRequest>(backup, "/export", AccessPolicies.Operator, "Write the tables into files for download");
        WithBody<CopyRequest>(backup, "/copy", AccessPolicies.Operator, "Copy into another repository");
        Plain<PinRequest>(backup, "/pin", AccessPolicies.Operator, "Keep whatever the retention says");
        Plain<UnpinRequest>(backup, "/unpin", AccessPolicies.Operator, "Leave to the retention again");
    }

    private static void MapReplacing(RouteGroupBuilder backup)
    {
        WithBody<RollbackRequest>(
            backup,
            "/rollback",
            AccessPolicies.Admin,
            "Make the database equal to a backup again"
        );
        WithBody<RestoreRequest>(backup, "/restore", AccessPolicies.Admin, "Create a database from a backup");
        WithBody<RestoreTablesRequest>(backup, "/restore-tables", AccessPolicies.Admin, "Bring single tables back");
        WithBody<UnforgetRequest>(backup, "/unforget", AccessPolicies.Admin, "Bring a forgotten backup back");
        Describe(
            backup.MapDelete(
                "",
                (string database, string backup, string? confirm, bool? allowNewest, [AsParameters] RunCall call) =>
                    call.SubmitAsync(
                        new OperationSubject(database, backup),
                        new ForgetRequest { Confirm = confirm, AllowNewest = allowNewest ?? false }
                    )
            ),
            AccessPolicies.Admin,
            "Forget a backup; until a prune some days later it can be brought back"
        );
    }

    /// <summary>An operation that needs no body.</summary>
    private static void Plain<TRequest>(RouteGroupBuilder group, string path, string policy, string summary)
        where TRequest : OperationRequest, new() =>
        Describe(
            group.MapPost(
                path,
                (string database, HttpContext http, TRequest? request, [AsParameters] RunCall call) =>
                    call.SubmitAsync(SubjectOf(database, http), request ?? new TRequest())
            ),
            policy,
            summary
        );

    private static RouteHandlerBuilder WithBody<TRequest>(
        RouteGroupBuilder group,
        string path,
        string policy,
        string summary
    )
        where TRequest : OperationRequest =>
        Describe(
            group.MapPost(
                path,
                (string database, HttpContext http, TRequest request, [AsParameters] RunCall call) =>
                    call.SubmitAsync(SubjectOf(database, http), request)
            ),
            policy,
            summary
        );

    private static OperationSubject SubjectOf(string database, HttpContext http) =>
        new(database, http.GetRouteValue("backup") as string);

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string policy, string summary) =>
        endpoint.RequireAuthorization(policy).WithSummary(summary);
}
