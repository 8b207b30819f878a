using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Listing;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Server.Operations;
using Surety.Server.Served;

namespace Surety.Server.Api;

/// <summary>The backups of a database: what there is, and what one holds.</summary>
internal static class BackupEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var backups = api.MapGroup("/databases/{database}/backups").WithTags("Backups");
        backups.MapGet("", ListAsync).WithSummary("The backups of a database, newest first");
        backups.MapGet("/forgotten", ForgottenAsync).WithSummary("Forgotten backups that can still be brought back");
        backups.MapGet("/{backup}", ShowAsync).WithSummary("What a backup holds");
    }

    private static async Task<Ok<BackupPage>> ListAsync(
        string database,
        [Description("How many, 1 to 500; 100 if left out")] int? limit,
        [Description("Those before this backup; the next address of a page has it")] string? before,
        ClaimsPrincipal user,
        OperationDesk desk,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        var served = desk.FindDatabase(user, database);
        var count = Paging.LimitOf(limit);
        var view = await views.ReadAsync(served, cancellationToken);
        var all = view.BackupsOf(served.DatabaseName);
        var page = Before(before, all).Take(count + 1).ToList();
        var shown = page.Take(count).ToList();
        return TypedResults.Ok(
            new BackupPage(
                [.. shown.Select(backup => ListDocumentEntry.Of(ListedBackup.Of(backup, view.Marks)))],
                [.. view.Backups.Damaged.Select(damaged => new ListDocumentDamage(damaged.Backup, damaged.Reason))],
                all.Count,
                page.Count > count ? $"{DatabaseLinks.Of(database).Backups}?limit={count}&before={shown[^1].Id}" : null
            )
        );
    }

    private static async Task<Ok<ForgottenBackups>> ForgottenAsync(
        string database,
        ClaimsPrincipal user,
        OperationDesk desk,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        var served = desk.FindDatabase(user, database);
        using var opened = await views.OpenAsync(served.Repository, cancellationToken);
        var forgotten = await opened.Repository.Forgotten.ListAsync(cancellationToken);
        return TypedResults.Ok(
            new ForgottenBackups([
                .. forgotten
                    .Backups.Reverse()
                    .Where(backup => backup.Manifest.Database == served.DatabaseName)
                    .Select(ListDocumentForgotten.Of),
            ])
        );
    }

    private static async Task<Ok<ShowDocument>> ShowAsync(
        string database,
        [Description("Id, any unique prefix of it, or latest")] string backup,
        ClaimsPrincipal user,
        OperationDesk desk,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        var served = desk.FindDatabase(user, database);
        var manifest = await desk.FindBackupAsync(served, backup, cancellationToken);
        using var opened = await views.OpenAsync(served.Repository, cancellationToken);
        var contents = await opened.Repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var marks = await opened.Repository.Marks.ListAsync(manifest.Id, cancellationToken);
        return TypedResults.Ok(ShowDocument.Of(ListedBackup.Of(manifest, marks), contents));
    }

    /// <summary>
    /// What comes after a backup in the list, whose order is not that of the ids: one begins before another and may end after
    /// it. Where it was forgotten meanwhile, what began before it.
    /// </summary>
    internal static IEnumerable<Manifest> Before(string? before, IReadOnlyList<Manifest> all)
    {
        if (before is null)
        {
            return all;
        }

        if (!BackupId.TryParse(before, out var id))
        {
            throw new SuretyException(
                ErrorCode.InvalidArgument,
                $"'{before}' is no id of a backup",
                "take the next address of the page before"
            );
        }

        return all.Any(backup => backup.Id == id)
            ? all.SkipWhile(backup => backup.Id != id).Skip(1)
            : all.Where(backup => backup.Id.CompareTo(id) < 0);
    }
}

/// <param name="Backups">As <c>surety list --json</c> has them.</param>
/// <param name="Damaged">Backups of the repository whose manifest cannot be read: whose they are is not known.</param>
/// <param name="Total">How many the database has.</param>
/// <param name="Next">Where older ones are; null on the last page.</param>
public sealed record BackupPage(
    IReadOnlyList<ListDocumentEntry> Backups,
    IReadOnlyList<ListDocumentDamage> Damaged,
    int Total,
    string? Next
);

public sealed record ForgottenBackups(IReadOnlyList<ListDocumentForgotten> Forgotten);
