using Surety.Core.Configuration.Serving;
using Surety.Server.Alerts.Channels;
using Surety.Server.Api;
using Surety.Server.Auth;

namespace Surety.Server.Alerts;

/// <summary>What is wrong, for programs; and whether a channel works.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this WebApplication app)
    {
        var alerts = app.MapApiGroup($"{ApiServices.Root}/alerts").WithTags("Alerts");
        alerts.MapGet("", List).RequireAuthorization(AccessPolicies.Viewer).WithSummary("Alerts, open and over");
        alerts
            .MapGet("/channels", (AlertSender sender) => sender.Channels.Select(ChannelDocument.Of))
            .RequireAuthorization(AccessPolicies.ViewerOfAll)
            .WithSummary("Where alerts go, and whether they arrive");
        alerts
            .MapPost("/test", TestAsync)
            .RequireAuthorization(AccessPolicies.OperatorOfAll)
            .WithSummary("Send a test on one channel");
    }

    private static AlertsDocument List(AlertWatch watch, HttpContext context)
    {
        bool MaySee(Alert alert) =>
            context.User.MayUseAll(AccessRole.Viewer)
            || alert.Databases.Any(database => context.User.MayUse(database, AccessRole.Viewer));
        var book = watch.Book;
        if (book.LookedAt is not { } lookedAt)
        {
            return new AlertsDocument(null, null, null);
        }

        return new AlertsDocument(
            lookedAt,
            [
                .. book
                    .Open.Values.Where(MaySee)
                    .OrderByDescending(alert => alert.Severity)
                    .ThenBy(alert => alert.Since)
                    .Select(AlertDocument.Of),
            ],
            [.. book.Over.Where(MaySee).Select(AlertDocument.Of)]
        );
    }

    private static async Task<TestAnswer> TestAsync(
        TestRequest request,
        AlertSender sender,
        CancellationToken cancellationToken
    )
    {
        await sender.TestAsync(request.Channel, cancellationToken);
        return new TestAnswer(request.Channel, true);
    }
}

/// <param name="Channel">Its name in the configuration.</param>
public sealed record TestRequest(string Channel);

/// <param name="Delivered">The other side took it.</param>
public sealed record TestAnswer(string Channel, bool Delivered);

/// <param name="LookedAt">When everything was looked at last; null where nobody has yet, and nothing is known.</param>
/// <param name="Open">What is wrong now, the worst first; null where that is not known.</param>
/// <param name="Over">What was, the newest first; null where that is not known.</param>
public sealed record AlertsDocument(
    DateTimeOffset? LookedAt,
    IReadOnlyList<AlertDocument>? Open,
    IReadOnlyList<AlertDocument>? Over
);

/// <summary>An alert, as webhooks have it.</summary>
public sealed record AlertDocument(
    string Key,
    string Condition,
    string Severity,
    IReadOnlyList<string> Databases,
    string? Object,
    string Text,
    string? Hint,
    DateTimeOffset Since,
    DateTimeOffset? RecoveredAt
)
{
    internal static AlertDocument Of(Alert alert) =>
        new(
            alert.Key,
            AlertFinding.NameOf(alert.Condition),
            NoticeText.NameOf(alert.Severity),
            alert.Databases,
            alert.Object,
            alert.Text,
            alert.Hint,
            alert.Since,
            alert.RecoveredAt
        );
}

/// <summary>A channel; never its address.</summary>
public sealed record ChannelDocument(
    string Name,
    string Kind,
    string Minimum,
    IReadOnlyList<string>? Databases,
    int Waiting,
    long Delivered,
    long Failed,
    long GivenUp,
    DateTimeOffset? DeliveredAt,
    DateTimeOffset? FailedAt,
    string? Failure
)
{
    internal static ChannelDocument Of(ChannelStatus status) =>
        new(
            status.Name,
            status.Kind,
            $"{status.Minimum}".ToLowerInvariant(),
            status.Databases is { } databases ? [.. databases.Order(StringComparer.Ordinal)] : null,
            status.Waiting,
            status.Delivered,
            status.Failed,
            status.GivenUp,
            status.DeliveredAt,
            status.FailedAt,
            status.Failure
        );
}
