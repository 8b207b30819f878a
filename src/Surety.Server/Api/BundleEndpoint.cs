using System.Security.Claims;
using Microsoft.Net.Http.Headers;
using Surety.Repository;
using Surety.Repository.Bundle;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Served;

namespace Surety.Server.Api;

/// <summary>
/// One backup as one file, sent as it is read: nothing is kept on the way, whatever its size. Whoever has it has the data, so
/// it takes an operator, and the journal has a record.
/// </summary>
internal sealed class BundleEndpoint(
    OperationDesk desk,
    RepositoryViews views,
    ServerJournal journal,
    TimeProvider clock,
    ILogger<BundleEndpoint> log
)
{
    private const string Operation = "bundle";
    private const string ContentType = "application/x-tar";

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet(
                "/databases/{database}/backups/{backup}/bundle",
                (string database, string backup, HttpContext context, BundleEndpoint endpoint) =>
                    endpoint.SendAsync(database, backup, context)
            )
            .RequireAuthorization(AccessPolicies.Operator)
            .Produces(StatusCodes.Status200OK, contentType: ContentType)
            .WithTags("Backups")
            .WithSummary("Download one backup as one file, which surety restore FILE accepts");

    private async Task SendAsync(string database, string backup, HttpContext context)
    {
        var gone = context.RequestAborted;
        var served = desk.FindDatabase(context.User, database, Core.Configuration.Serving.AccessRole.Operator);
        var manifest = await desk.FindBackupAsync(served, backup, gone);
        using var opened = await views.OpenAsync(served.Repository, gone, context.User.RequestedBy());
        var entry = new JournalEntry(Operation, clock.GetUtcNow())
        {
            Backup = manifest.Id,
            Database = manifest.Database,
        };
        Announce(context.Response, manifest);
        try
        {
            var report = await new BackupBundle(opened.Repository).WriteAsync(
                manifest,
                context.Response.Body,
                null,
                gone
            );
            entry.Measure("objects", report.Objects);
            entry.Measure("bytes", report.Bytes);
            await RecordAsync(opened.Repository, entry, context.User, JournalRecord.Done);
        }
        catch (Exception e)
        {
            entry.Message = $"ended before all of it was sent: {e.GetType().Name}";
            var outcome = gone.IsCancellationRequested ? JournalRecord.Cancelled : JournalRecord.Failed;
            await RecordAsync(opened.Repository, entry, context.User, outcome);
            Withdraw(context);
            throw;
        }
    }

    private static void Announce(HttpResponse response, Manifest manifest)
    {
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName($"{manifest.Database}-{manifest.Id}.tar");
        response.Headers.ContentDisposition = disposition.ToString();
    }

    /// <summary>A part of a bundle must not look like one: what was sent ends without its end.</summary>
    private static void Withdraw(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
        }
        else
        {
            context.Response.Headers.ContentDisposition = default;
        }
    }

    private Task RecordAsync(BackupRepository repository, JournalEntry entry, ClaimsPrincipal user, string outcome)
    {
        log.Downloaded(user.RequestedBy(), $"{entry.Backup}", outcome);
        return journal.RecordAsync(repository, Operation, entry, outcome);
    }
}
