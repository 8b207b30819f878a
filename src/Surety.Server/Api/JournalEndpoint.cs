using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Configuration.Serving;
using Surety.Core.Listing;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Retention;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Served;

namespace Surety.Server.Api;

/// <summary>What was done, from the journals of all repositories: of a database to whoever may see it, the rest to who sees all.</summary>
internal sealed class JournalEndpoint(
    ServedDatabases databases,
    RepositoryViews views,
    OperationDesk desk,
    TimeProvider clock
)
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet(
                "/journal",
                (
                    [AsParameters] JournalQuery query,
                    ClaimsPrincipal user,
                    JournalEndpoint endpoint,
                    CancellationToken cancellationToken
                ) => endpoint.ListAsync(query, user, cancellationToken)
            )
            .WithTags("Journal")
            .WithSummary("What was done, newest first, and the command that takes it back");

    private async Task<Ok<JournalPage>> ListAsync(
        JournalQuery query,
        ClaimsPrincipal user,
        CancellationToken cancellationToken
    )
    {
        var limit = Paging.LimitOf(query.Limit);
        var since = TimeOf(query.Since) ?? DateTimeOffset.MinValue;
        var before = TimeOf(query.Before) ?? DateTimeOffset.MaxValue;
        var seen = query.Database is { } name
            ? [desk.FindDatabase(user, name)]
            : databases.All.Where(database => user.MayUse(database.Name, AccessRole.Viewer)).ToList();
        var seesAll = query.Database is null && user.MayUseAll(AccessRole.Viewer);

        var records = new List<ShownRecord>();
        var damaged = new List<JournalDocumentDamage>();
        foreach (var group in seen.GroupBy(database => database.Repository.Place))
        {
            var view = await views.ReadAsync(group.First(), cancellationToken);
            var names = group.Select(database => database.DatabaseName).ToHashSet();
            var there = view.Backups.Select(backup => backup.Id).ToHashSet();
            records.AddRange(
                view.Journal.Records.Where(record => seesAll || (record.Database is { } of && names.Contains(of)))
                    .Where(record => record.StartedAt >= since && record.StartedAt < before && query.Fits(record))
                    .Select(record => new ShownRecord(record, record.WayBack is { } id && there.Contains(id)))
            );
            damaged.AddRange(
                view.Journal.Damaged.Select(piece => new JournalDocumentDamage(piece.Name, piece.Error.Message))
            );
        }

        var newest = records.OrderByDescending(shown => shown.Record.StartedAt).ToList();
        return TypedResults.Ok(
            new JournalPage(
                [.. newest.Take(limit).Select(JournalDocumentRecord.Of)],
                damaged,
                newest.Count > limit ? query.After(newest[limit - 1].Record.StartedAt, limit) : null
            )
        );
    }

    private DateTimeOffset? TimeOf(string? text) =>
        text is null ? null
        : DurationText.TryParse(text, out var ago) ? clock.GetUtcNow() - ago
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
        : throw new SuretyException(
            ErrorCode.InvalidArgument,
            $"'{text}' is no time",
            "write 7d, 2026-11-20 or 2026-11-20T17:14:49Z"
        );
}

/// <summary>Which records.</summary>
internal sealed record JournalQuery(
    [property: Description("Only of this database, by its name in the configuration")] string? Database,
    [property: Description("Only this command")] string? Operation,
    [property: Description("Only what was about this backup or made it, by any beginning of its id")] string? Backup,
    [property: Description("true: only what did not end well")] bool? Failed,
    [property: Description("What began since then: 7d, 2026-11-20, 2026-11-20T17:14:49Z")] string? Since,
    [property: Description("What began before then; the next address of a page has it")] string? Before,
    [property: Description("How many, 1 to 500; 100 if left out")] int? Limit
)
{
    public bool Fits(JournalRecord record) =>
        (Operation is null || record.Operation == Operation)
        && (Backup is null || Begins(record.Backup) || Begins(record.SafetyBackup))
        && !(Failed is true && record.Succeeded);

    /// <summary>The address of the page after this one.</summary>
    public string After(DateTimeOffset last, int limit)
    {
        var values = new Dictionary<string, string?>
        {
            ["database"] = Database,
            ["operation"] = Operation,
            ["backup"] = Backup,
            ["failed"] = Failed is true ? "true" : null,
            ["since"] = Since,
            ["before"] = last.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["limit"] = limit.ToString(CultureInfo.InvariantCulture),
        };
        return $"{ApiServices.Root}/journal{QueryString.Create(values.Where(value => value.Value is not null))}";
    }

    private bool Begins(BackupId? id) =>
        id is { } known && known.ToString().StartsWith(Backup!, StringComparison.Ordinal);
}

/// <param name="Records">As <c>surety journal --json</c> has them.</param>
/// <param name="Damaged">Records that cannot be read: what they told may be missed.</param>
/// <param name="Next">Where older ones are; null on the last page.</param>
public sealed record JournalPage(
    IReadOnlyList<JournalDocumentRecord> Records,
    IReadOnlyList<JournalDocumentDamage> Damaged,
    string? Next
);
