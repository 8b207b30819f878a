using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Configuration.Serving;
using Surety.Core.Listing;
using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Served;

namespace Surety.Server.Api;

/// <summary>The databases of the configuration, and how each stands.</summary>
internal static class DatabaseEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var databases = api.MapGroup("/databases").WithTags("Databases");
        databases.MapGet("", ListAsync).WithSummary("The databases that the caller may see");
        databases.MapGet("/{database}", ShowAsync).WithSummary("One database");
    }

    private static async Task<Ok<DatabaseList>> ListAsync(
        ClaimsPrincipal user,
        ServedDatabases databases,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        var seen = databases.All.Where(database => user.MayUse(database.Name, AccessRole.Viewer));
        var documents = await Task.WhenAll(seen.Select(database => ReadAsync(database, views, cancellationToken)));
        return TypedResults.Ok(new DatabaseList(documents));
    }

    private static async Task<Ok<DatabaseDocument>> ShowAsync(
        string database,
        ClaimsPrincipal user,
        OperationDesk desk,
        RepositoryViews views,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await ReadAsync(desk.FindDatabase(user, database), views, cancellationToken));

    /// <summary>A repository that cannot be read does not hide the others.</summary>
    private static async Task<DatabaseDocument> ReadAsync(
        ServedDatabase database,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return DatabaseDocument.Of(database, await views.ReadAsync(database, cancellationToken));
        }
        catch (SuretyException e)
        {
            return DatabaseDocument.Of(database, e);
        }
    }
}

public sealed record DatabaseList(IReadOnlyList<DatabaseDocument> Databases);

/// <summary>A database as the API tells it.</summary>
public sealed record DatabaseDocument
{
    /// <summary>As the configuration calls it; addresses do too.</summary>
    public required string Name { get; init; }

    /// <summary>Its name on its server, which destructive calls want typed; null where that cannot be told.</summary>
    public required string? Database { get; init; }

    /// <summary>Where its backups live.</summary>
    public required string? Repository { get; init; }

    /// <summary>How old the newest proven backup may be; null for no promise.</summary>
    public required double? RpoSeconds { get; init; }

    /// <summary>How long a restore may take; null for no promise.</summary>
    public required double? RtoSeconds { get; init; }

    public required int Backups { get; init; }

    /// <summary>Of those that stand for the database: not of some of its schemas, and not what a rollback took away.</summary>
    public required ListDocumentEntry? NewestBackup { get; init; }

    /// <summary>Of the same the newest that was read back or restored, and passed.</summary>
    public required ListDocumentEntry? NewestProvenBackup { get; init; }

    /// <summary>Why its backups cannot be listed, or null.</summary>
    public required Problem? Problem { get; init; }

    public required DatabaseLinks Links { get; init; }

    internal static DatabaseDocument Of(ServedDatabase database, RepositoryView view)
    {
        var backups = view.BackupsOf(database.DatabaseName);
        var protection = view.ProtectionOf(database.DatabaseName);
        var proven = protection.FirstOrDefault(view.IsProven);
        return Bare(database) with
        {
            Database = database.DatabaseName,
            Repository = view.Name,
            Backups = backups.Count,
            NewestBackup =
                protection.Count > 0 ? ListDocumentEntry.Of(ListedBackup.Of(protection[0], view.Marks)) : null,
            NewestProvenBackup = proven is null ? null : ListDocumentEntry.Of(ListedBackup.Of(proven, view.Marks)),
        };
    }

    internal static DatabaseDocument Of(ServedDatabase database, SuretyException failure) =>
        Bare(database) with
        {
            Problem = Problem.Of(failure),
        };

    private static DatabaseDocument Bare(ServedDatabase database)
    {
        var targets = database.Settings.FindTargets();
        return new DatabaseDocument
        {
            Name = database.Name,
            Database = null,
            Repository = null,
            RpoSeconds = targets.Rpo?.TotalSeconds,
            RtoSeconds = targets.Rto?.TotalSeconds,
            Backups = 0,
            NewestBackup = null,
            NewestProvenBackup = null,
            Problem = null,
            Links = DatabaseLinks.Of(database.Name),
        };
    }
}

public sealed record DatabaseLinks(string Self, string Backups, string Runs, string Journal)
{
    internal static DatabaseLinks Of(string name)
    {
        var escaped = Uri.EscapeDataString(name);
        var self = $"{ApiServices.Root}/databases/{escaped}";
        return new DatabaseLinks(
            self,
            $"{self}/backups",
            $"{ApiServices.Root}/runs?database={escaped}",
            $"{ApiServices.Root}/journal?database={escaped}"
        );
    }
}
