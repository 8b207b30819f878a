using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>How much one caller may ask for: programs that run wild must not keep others, or backups, waiting.</summary>
internal static class RequestLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private static readonly SuretyException TooMany = new(
        ErrorCode.TooManyRequests,
        "too many requests in too short a time; nothing was done for this one",
        "wait as long as Retry-After says"
    );

    public static void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(OfCaller),
            PartitionedRateLimiter.Create<HttpContext, string>(OfChanges)
        );
        options.OnRejected = RejectAsync;
    }

    /// <summary>A session or token: 100 requests a second, 2,000 at once. Who has none: 20 a second from one address.</summary>
    private static RateLimitPartition<string> OfCaller(HttpContext context) =>
        context.User.Identity?.AuthenticationType is AnyoneHandler.SchemeName ? RateLimitPartition.GetNoLimiter("")
        : context.User.Identity?.Name is { } who ? Bucket(who, burst: 2000, perPeriod: 1000)
        : Bucket(CallerNetwork.Of(context.Connection.RemoteIpAddress), burst: 400, perPeriod: 200);

    /// <summary>What changes something, or signs in: 10 a second, 600 at once.</summary>
    private static RateLimitPartition<string> OfChanges(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            ? RateLimitPartition.GetNoLimiter("")
            : Bucket(
                context.User.Identity?.Name ?? CallerNetwork.Of(context.Connection.RemoteIpAddress),
                burst: 600,
                perPeriod: 40
            );

    private static RateLimitPartition<string> Bucket(string caller, int burst, int perPeriod) =>
        RateLimitPartition.GetTokenBucketLimiter(
            caller,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = perPeriod,
                ReplenishmentPeriod = Period,
                QueueLimit = 0,
            }
        );

    private static ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Period;
        rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);
        return new ValueTask(Problem.WriteAsync(rejected.HttpContext, TooMany));
    }
}
