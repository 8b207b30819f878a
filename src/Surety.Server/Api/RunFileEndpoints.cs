using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Repository.Errors;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Runs;

namespace Surety.Server.Api;

/// <summary>What a run wrote for download. It is data of the database, so it takes an operator.</summary>
internal static class RunFileEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var files = api.MapGroup("/runs/{run}/files").WithTags("Runs").RequireAuthorization(AccessPolicies.Operator);
        files.MapGet("", ListAsync).WithSummary("The files of a run");
        files
            .MapGet("/{name}", SendAsync)
            .WithSummary("Download one of them")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream");
    }

    private static async Task<Ok<RunFileList>> ListAsync(
        string run,
        ClaimsPrincipal user,
        OperationDesk desk,
        RunFolder folders,
        CancellationToken cancellationToken
    )
    {
        var found = await FindAsync(run, user, desk, cancellationToken);
        return TypedResults.Ok(
            new RunFileList([
                .. FilesOf(found, folders)
                    .Select(file => new RunFile(
                        file.Name,
                        file.Length,
                        $"{RunLinks.SelfOf(found.Id)}/files/{Uri.EscapeDataString(file.Name)}"
                    )),
            ])
        );
    }

    private static async Task<PhysicalFileHttpResult> SendAsync(
        string run,
        string name,
        ClaimsPrincipal user,
        OperationDesk desk,
        RunFolder folders,
        CancellationToken cancellationToken
    )
    {
        var found = await FindAsync(run, user, desk, cancellationToken);
        // One of those that are there, by its name: what somebody sent is never a part of a path.
        var file =
            FilesOf(found, folders).FirstOrDefault(file => file.Name == name)
            ?? throw new SuretyException(
                ErrorCode.RunNotFound,
                $"run {found.Id} has no file of that name on this server",
                found.Node is { } node ? $"it ran on {node}; its files go with the run" : "its files go with the run"
            );
        return TypedResults.PhysicalFile(
            file.FullName,
            "application/octet-stream",
            file.Name,
            enableRangeProcessing: true
        );
    }

    private static async Task<Run> FindAsync(
        string run,
        ClaimsPrincipal user,
        OperationDesk desk,
        CancellationToken cancellationToken
    )
    {
        var found = await desk.FindRunAsync(user, RunEndpoints.IdOf(run), cancellationToken);
        return user.MayUse(found.Request.Database, Core.Configuration.Serving.AccessRole.Operator)
            ? found
            : throw new SuretyException(
                ErrorCode.AccessRefused,
                $"{user.RequestedBy()} may not download the files of run {found.Id}",
                "it takes the role operator for its database"
            );
    }

    /// <summary>Those of a run that ended well: others are removed, or not whole.</summary>
    private static IEnumerable<FileInfo> FilesOf(Run run, RunFolder folders) =>
        run is { State: RunState.Done, Request.HasOutput: true }
        && new DirectoryInfo(folders.OutputOf(run.Id)) is { Exists: true } folder
            ? folder
                .EnumerateFiles()
                .Where(file => file.LinkTarget is null)
                .OrderBy(file => file.Name, StringComparer.Ordinal)
            : [];
}

public sealed record RunFileList(IReadOnlyList<RunFile> Files);

/// <param name="Bytes">Its length.</param>
/// <param name="Link">Where to download it.</param>
public sealed record RunFile(string Name, long Bytes, string Link);
