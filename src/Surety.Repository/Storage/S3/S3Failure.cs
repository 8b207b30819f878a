using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Surety.Repository.Errors;

namespace Surety.Repository.Storage.S3;

/// <summary>What was asked of the service.</summary>
/// <param name="Verb">In the passive voice: <c>read</c>, <c>written</c>, <c>listed</c>, <c>deleted</c>.</param>
/// <param name="Name">The blob, or the prefix of a listing.</param>
internal readonly record struct S3Request(string Verb, string Name)
{
    public bool IsWrite => Verb is "written" or "deleted";
}

/// <summary>What the service's errors, and those of the line to it, mean to somebody who has a repository there.</summary>
internal sealed class S3Failure(S3Place place)
{
    private static readonly string[] PassingCodes =
    [
        "SlowDown",
        "ServiceUnavailable",
        "InternalError",
        "RequestTimeout",
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
        "OperationAborted",
        "ConditionalRequestConflict",
        // The body was damaged or cut on its way.
        "BadDigest",
        "IncompleteBody",
        "XAmzContentSHA256Mismatch",
    ];

    private static readonly string[] CredentialCodes =
    [
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "ExpiredToken",
        "InvalidToken",
        "TokenRefreshRequired",
        "UnrecognizedClientException",
        "InvalidSecurity",
    ];

    private static readonly string[] RegionCodes =
    [
        "AuthorizationHeaderMalformed",
        "PermanentRedirect",
        "IllegalLocationConstraintException",
        "InvalidRegion",
    ];

    private static readonly string[] FullCodes = ["QuotaExceeded", "XMinioStorageFull", "InsufficientCapacity"];

    /// <summary>True for what the service or the line to it can do; anything else is a defect.</summary>
    public static bool IsStorage(Exception e) => e is AmazonServiceException or AmazonClientException || IsLine(e);

    /// <summary>True where the service itself spoke.</summary>
    public static bool IsAnswer(Exception e) => e is AmazonServiceException { StatusCode: not 0 };

    /// <summary>True where the same request may succeed in a moment.</summary>
    public static bool IsTransient(Exception e) =>
        e switch
        {
            AmazonServiceException { StatusCode: not 0 } answer => IsPassing(answer),
            // Without an answer: whatever the SDK wrapped.
            AmazonServiceException { InnerException: { } inner } => IsLine(inner),
            _ => IsLine(e),
        };

    public static bool IsMissing(AmazonS3Exception e) =>
        e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    public SuretyException Of(Exception e, S3Request request) =>
        e switch
        {
            AmazonServiceException { StatusCode: not 0 } answer => OfAnswer(answer, request),
            AmazonServiceException { InnerException: { } inner } when IsLine(inner) => Unreachable(inner, e),
            AmazonClientException => OfClient(e),
            _ => Unreachable(e, e),
        };

    private static bool IsPassing(AmazonServiceException answer) =>
        PassingCodes.Contains(answer.ErrorCode)
        || answer.StatusCode
            is HttpStatusCode.RequestTimeout
                or HttpStatusCode.Conflict
                or HttpStatusCode.TooManyRequests
        || (
            (int)answer.StatusCode >= 500
            && answer.StatusCode is not (HttpStatusCode.NotImplemented or HttpStatusCode.InsufficientStorage)
        );

    private static bool IsLine(Exception e) => e is HttpRequestException or IOException or TimeoutException;

    private SuretyException OfAnswer(AmazonServiceException e, S3Request request)
    {
        var code = e.ErrorCode ?? "";
        if (code == "NoSuchBucket")
        {
            return Error(
                ErrorCode.RepositoryNotFound,
                $"there is no bucket {place.Bucket}{At()}",
                "check the name and the endpoint; Surety makes no buckets: make one with the tools of the service",
                e
            );
        }

        if (code == "RequestTimeTooSkewed")
        {
            return Error(
                ErrorCode.ClockSkewed,
                $"the clock of this machine differs too much from that of {Service()}, which refused the request",
                "set the clock, best by NTP, then run the command again",
                e
            );
        }

        if (code == "InvalidObjectState")
        {
            return Error(
                ErrorCode.RepositoryUnreadable,
                $"{request.Name} of {place.Location} was moved to an archive storage class and cannot be read",
                "restore it with the tools of the service, and take the repository out of the lifecycle rule that archives",
                e
            );
        }

        return CredentialCodes.Contains(code) || e.StatusCode == HttpStatusCode.Unauthorized ? Credentials(code, e)
            : RegionCodes.Contains(code) || e.StatusCode == HttpStatusCode.MovedPermanently ? OtherRegion(e)
            : e.StatusCode == HttpStatusCode.Forbidden ? Denied(request, e)
            : FullCodes.Contains(code) || e.StatusCode == HttpStatusCode.InsufficientStorage ? Full(request, e)
            : Refused(request, e);
    }

    private SuretyException OfClient(Exception e) =>
        Error(
            ErrorCode.RepositoryCredentials,
            $"no credentials for {place.Location} were found, or they cannot be used: {FirstLine(e.Message).Split(". ")[0]}",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or name a profile or keys in surety.yaml",
            e
        );

    private SuretyException Credentials(string code, Exception e) =>
        Error(
            ErrorCode.RepositoryCredentials,
            $"{Service()} does not accept the credentials for {place.Location} ({(code.Length == 0 ? "401" : code)})",
            "check access key, secret key and session token, and that they belong to this endpoint",
            e
        );

    private SuretyException OtherRegion(Exception e) =>
        Error(
            ErrorCode.InvalidConfiguration,
            $"the bucket {place.Bucket} is in another region than the requests to it: {FirstLine(e.Message)}",
            "set AWS_REGION, or region in surety.yaml, to the region of the bucket",
            e
        );

    private SuretyException Denied(S3Request request, Exception e) =>
        Error(
            ErrorCode.RepositoryAccessDenied,
            $"{place.Location}/{request.Name} may not be {request.Verb} with these credentials",
            "compare their policy with docs/s3.md: reading needs s3:GetObject and s3:ListBucket, a backup s3:PutObject as well",
            e
        );

    private SuretyException Full(S3Request request, Exception e) =>
        Error(
            ErrorCode.DiskFull,
            $"no space is left at {Service()}: {request.Name} was not written",
            "free some space (surety prune removes what no backup needs), or have the quota raised; then run the command again",
            e
        );

    private SuretyException Refused(S3Request request, AmazonServiceException e) =>
        new(
            request.IsWrite ? ErrorCode.RepositoryUnwritable : ErrorCode.RepositoryUnreadable,
            $"{place.Location}/{request.Name} could not be {request.Verb}: {Service()} answered {(int)e.StatusCode} {e.ErrorCode}",
            IsPassing(e)
                ? "the service is overloaded or in trouble: run the command again later"
                : "look the answer up in the documentation of the service",
            e
        )
        {
            Object = request.Name,
            IsTransient = IsPassing(e),
        };

    private SuretyException Unreachable(Exception line, Exception e) =>
        new(
            ErrorCode.RepositoryUnreachable,
            $"{Service()} cannot be reached, or stopped answering: {FirstLine(line.Message)}",
            "check the endpoint, the network and its proxies, then run the command again: what was already stored is reused",
            e
        )
        {
            Object = place.Location,
            IsTransient = true,
        };

    private SuretyException Error(ErrorCode code, string message, string hint, Exception inner) =>
        new(code, message, hint, inner) { Object = place.Location };

    private string Service() => place.Endpoint is { } endpoint ? $"{endpoint.Host}:{endpoint.Port}" : "Amazon S3";

    private string At() => place.Endpoint is null ? "" : $" at {Service()}";

    private static string FirstLine(string message) => message.Split('\n')[0].Trim();
}
