using Microsoft.AspNetCore.WebUtilities;
using Surety.Repository.Errors;

namespace Surety.Server.Api;

/// <summary>What a failed request answers: <c>application/problem+json</c> (RFC 9457) with the command line's codes.</summary>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Code">The stable name of the failure: docs/errors.md.</param>
/// <param name="Detail">What happened, to the data too.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record Problem(string Title, int Status, string Code, string Detail, string? Hint)
{
    public const string ContentType = "application/problem+json";

    internal static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api");

    internal static Problem Of(SuretyException failure) =>
        Of(ErrorStatus.Of(failure.Code), failure.Code, failure.Message, failure.Hint);

    internal static Problem Of(int status, ErrorCode code, string detail, string? hint) =>
        new(ReasonPhrases.GetReasonPhrase(status), status, ErrorNames.NameOf(code), detail, hint);

    internal static Task WriteAsync(HttpContext context, SuretyException failure) => WriteAsync(context, Of(failure));

    internal static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        return context.Response.WriteAsJsonAsync(
            problem,
            ApiJson.Options,
            ContentType,
            // Whoever has gone reads no answer; nothing else is to be told of that.
            context.RequestAborted
        );
    }
}
