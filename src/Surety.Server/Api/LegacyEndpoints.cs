using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Runs;
using Surety.Server.Served;

namespace Surety.Server.Api;

/// <summary>
/// The addresses that applications call already. They do what the API does, answer when it is done, and say with
/// <c>success</c> whether it was.
/// </summary>
internal static class LegacyEndpoints
{
    public static void Map(RouteGroupBuilder old)
    {
        old.WithTags("For applications that call these already");
        old.MapPost(
                "/backup/create",
                (LegacyBackup? body, LegacyCall call) =>
                    call.RunAsync(
                        (body ??= new LegacyBackup()).Database,
                        null,
                        new BackupRequest { Description = body.Description, Tags = body.Tags }
                    )
            )
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Make a backup");
        old.MapPost(
                "/backup/export-csv",
                (LegacyExport? body, LegacyCall call) =>
                    call.RunAsync(
                        (body ??= new LegacyExport()).Database,
                        body.BackupId ?? ManifestStore.Latest,
                        new ExportRequest { Format = "csv", Tables = body.Tables }
                    )
            )
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Write the tables of a backup into CSV files for download");
        old.MapPost(
                "/admin/restore-backup",
                (LegacyRestore body, LegacyCall call) =>
                    call.RunAsync(
                        body.Database,
                        body.BackupId,
                        body.Into is { } into
                            ? new RestoreRequest { Into = into, Confirm = body.Confirm }
                            : new RollbackRequest { Confirm = body.Confirm }
                    )
            )
            .RequireAuthorization(AccessPolicies.Admin)
            .WithSummary("Make the database equal to a backup again; with into, create another from it");
        old.MapPost(
                "/admin/validate-backup",
                (LegacyValidation? body, LegacyCall call) =>
                    call.RunAsync(
                        (body ??= new LegacyValidation()).Database,
                        body.BackupId ?? ManifestStore.Latest,
                        new ValidateRequest()
                    )
            )
            .RequireAuthorization(AccessPolicies.Operator)
            .WithSummary("Compare the database with a backup, exactly");
    }
}

/// <param name="Database">The name in the configuration; may be left out where there is one.</param>
public sealed record LegacyBackup(
    string? Database = null,
    string? Description = null,
    IReadOnlyDictionary<string, string>? Tags = null
);

/// <param name="Database">The name in the configuration; may be left out where there is one.</param>
/// <param name="BackupId">The latest if left out.</param>
public sealed record LegacyExport(
    string? Database = null,
    string? BackupId = null,
    IReadOnlyList<string>? Tables = null
);

/// <param name="BackupId">Id, any unique prefix of it, or latest.</param>
/// <param name="Confirm">The name of the database on its server.</param>
/// <param name="Database">The name in the configuration; may be left out where there is one.</param>
/// <param name="Into">The database to create; if left out, the database itself is rolled back.</param>
public sealed record LegacyRestore(
    string BackupId,
    string? Confirm = null,
    string? Database = null,
    string? Into = null
);

/// <param name="Database">The name in the configuration; may be left out where there is one.</param>
/// <param name="BackupId">The latest if left out.</param>
public sealed record LegacyValidation(string? Database = null, string? BackupId = null);

/// <param name="Success">True where it was done, and of a validation, where the database equals the backup.</param>
/// <param name="BackupId">The backup that was made or used.</param>
/// <param name="Message">Why it was not, or null.</param>
/// <param name="Run">All there is to know.</param>
public sealed record LegacyAnswer(bool Success, string? BackupId, string? Message, RunDocument Run);

/// <summary>Runs an operation to its end within the call.</summary>
internal sealed class LegacyCall(
    IHttpContextAccessor http,
    OperationDesk desk,
    RunQueue queue,
    ServedDatabases databases,
    IHostApplicationLifetime server
)
{
    public async Task<IResult> RunAsync(string? database, string? backup, OperationRequest request)
    {
        var context = http.HttpContext!;
        var subject = new OperationSubject(database ?? OnlyDatabase(), backup);
        var key = context.Request.Headers[RunCall.KeyHeader].FirstOrDefault();
        RunCall.RequireSoundKey(key);
        var aborted = context.RequestAborted;
        var submitted = await desk.SubmitAsync(context.User, subject, request, key, aborted);
        var run = await RunCall.WaitAsync(
            queue,
            submitted,
            Timeout.InfiniteTimeSpan,
            server.ApplicationStopping,
            aborted
        );
        var answer = new LegacyAnswer(
            run.State == RunState.Done,
            BackupOf(run),
            run.HasEnded ? run.Error?.Message : "the server stops before it is done: see later what became of the run",
            RunDocument.Of(run)
        );
        return TypedResults.Json(answer, statusCode: StatusOf(run));
    }

    private string OnlyDatabase() =>
        databases.All is [var only]
            ? only.Name
            : throw new SuretyException(
                ErrorCode.InvalidArgument,
                "the configuration has several databases, and none is named; nothing was done",
                "name one: {\"database\": \"NAME\"}"
            );

    private static int StatusOf(Run run) =>
        !run.HasEnded ? StatusCodes.Status503ServiceUnavailable
        : run.State is RunState.Done or RunState.NotSound && run.Error is null ? StatusCodes.Status200OK
        : run.Error is { } error && ErrorNames.Find(error.Code) is { } code ? ErrorStatus.Of(code)
        : StatusCodes.Status500InternalServerError;

    /// <summary>What <c>backup --json</c> and <c>validate --json</c> call it.</summary>
    private static string? BackupOf(Run run)
    {
        if (run.Result is not { } result)
        {
            return null;
        }

        return result.TryGetProperty(run.Request.Operation == "backup" ? "id" : "backup", out var id)
            ? id.GetString()
            : null;
    }
}
