using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>How much one caller may ask for: programs that run wild must not keep others, or backups, waiting.</summary>
internal static class RequestLimits
{
    /// <summary>Of a session or token.</summary>
    public static readonly Allowance OfKnown = new(PerSecond: 100, AtOnce: 2000);

    /// <summary>Of who has neither, by address.</summary>
    public static readonly Allowance OfStrangers = new(PerSecond: 20, AtOnce: 400);

    /// <summary>Of both, for what changes something or signs in.</summary>
    public static readonly Allowance OfChanges = new(PerSecond: 10, AtOnce: 600);

    private static readonly SuretyException TooMany = new(
        ErrorCode.TooManyRequests,
        "too many requests in too short a time; nothing was done for this one",
        "wait as long as Retry-After says"
    );

    public static void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(LimitOfAll),
            PartitionedRateLimiter.Create<HttpContext, string>(LimitOfChanges)
        );
        options.OnRejected = RejectAsync;
    }

    private static RateLimitPartition<string> LimitOfAll(HttpContext context) =>
        context.User.Identity?.AuthenticationType is AnyoneHandler.SchemeName ? RateLimitPartition.GetNoLimiter("")
        : context.User.Identity?.Name is { } who ? Limit(who, OfKnown)
        : Limit(CallerNetwork.Of(context.Connection.RemoteIpAddress), OfStrangers);

    private static RateLimitPartition<string> LimitOfChanges(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? RateLimitPartition.GetNoLimiter("")
            : Limit(context.User.Identity?.Name ?? CallerNetwork.Of(context.Connection.RemoteIpAddress), OfChanges);

    private static RateLimitPartition<string> Limit(string caller, Allowance allowance) =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => allowance.ToBucket());

    private static ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Allowance.Second;
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);
        return new ValueTask(Problem.WriteAsync(rejected.HttpContext, TooMany));
    }
}

/// <param name="PerSecond">Requests, for as long as one likes.</param>
/// <param name="AtOnce">Requests, after a while without any.</param>
internal sealed record Allowance(int PerSecond, int AtOnce)
{
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public TokenBucketRateLimiterOptions ToBucket() =>
        new()
        {
            TokenLimit = AtOnce,
            TokensPerPeriod = PerSecond,
            ReplenishmentPeriod = Second,
            QueueLimit = 0,
        };
}
