using System.ComponentModel;
using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Surety.Core.Listing;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Retention;
using Surety.Server.Operations;

namespace Surety.Server.Api;

/// <summary>What was done, from the journals of all repositories that the caller may see and that can be read.</summary>
internal sealed class JournalEndpoint(SeenJournals journals, TimeProvider clock)
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
        var seen = await journals.ReadAsync(user, query.Database, cancellationToken);
        if (seen.IsBlind)
        {
            // An empty page would say that nothing was done.
            throw seen.Unread[0].Error;
        }

        var records = seen
            .Records.Where(shown => shown.Record.StartedAt >= since && shown.Record.StartedAt < before)
            .Where(shown => query.Fits(shown.Record))
            .ToList();
        return TypedResults.Ok(
            new JournalPage(
                [.. records.Take(limit).Select(JournalDocumentRecord.Of)],
                [.. seen.Damaged.Select(piece => new JournalDocumentDamage(piece.Name, piece.Error.Message))],
                records.Count > limit ? query.After(records[limit - 1].Record.StartedAt, limit) : null,
                [.. seen.Unread.Select(unread => new JournalUnread(unread.Database, Problem.Of(unread.Error)))]
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
/// <param name="Unread">Databases whose repository cannot be read: all that was done to them is missed.</param>
public sealed record JournalPage(
    IReadOnlyList<JournalDocumentRecord> Records,
    IReadOnlyList<JournalDocumentDamage> Damaged,
    string? Next,
    IReadOnlyList<JournalUnread> Unread
);

/// <param name="Database">By its name in the configuration.</param>
/// <param name="Problem">Why.</param>
public sealed record JournalUnread(string Database, Problem Problem);
