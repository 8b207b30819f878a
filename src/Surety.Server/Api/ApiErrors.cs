using System.Data.Common;
using System.Text.Json;
using Surety.Repository.Errors;

namespace Surety.Server.Api;

/// <summary>Every failure of the API is a problem, whoever finds it: Surety, the framework, or nobody.</summary>
internal sealed class ApiErrors(RequestDelegate next, ILogger<ApiErrors> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && Failure(e, context) is { } failure)
        {
            if (failure.Status >= StatusCodes.Status500InternalServerError)
            {
                log.RequestBroke(context.Request.Method, context.Request.Path, e);
            }

            await Problem.WriteAsync(context, failure);
            return;
        }

        if (!context.Response.HasStarted && context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            await Problem.WriteAsync(context, OfStatus(context));
        }
    }

    /// <summary>Null where whoever asked has gone.</summary>
    private static Problem? Failure(Exception exception, HttpContext context) =>
        exception switch
        {
            SuretyException foreseen => Problem.Of(foreseen),
            BadHttpRequestException { InnerException: JsonException json } => Misread(json),
            BadHttpRequestException bad => Problem.Of(
                bad.StatusCode,
                ErrorStatus.CodeOf(bad.StatusCode),
                $"the request cannot be read: {bad.Message}; nothing was done",
                "see the description of the request at /openapi/v1.json"
            ),
            DbException => Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                ErrorCode.ConnectionFailed,
                "the job store does not answer; what was asked for may be queued or not",
                "check the database of server.job-store; a request with an Idempotency-Key can be sent again"
            ),
            OperationCanceledException when context.RequestAborted.IsCancellationRequested => null,
            _ => Problem.Of(
                StatusCodes.Status500InternalServerError,
                ErrorCode.Internal,
                "something unexpected happened",
                "this is a defect of surety: please report it with what the server logged"
            ),
        };

    private static Problem Misread(JsonException exception) =>
        Problem.Of(
            StatusCodes.Status400BadRequest,
            ErrorCode.InvalidArgument,
            $"the body cannot be read at {exception.Path ?? "$"}: {FirstSentence(exception.Message)}; nothing was done",
            "see the description of the request at /openapi/v1.json"
        );

    /// <summary>The rest names types of .NET and places that the path tells.</summary>
    private static string FirstSentence(string message) =>
        message
            .Split(" Path: ")[0]
            .Split(". ")[0]
            .TrimEnd('.')
            .Replace("Surety.Server.Operations.", "", StringComparison.Ordinal);

    private static Problem OfStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var (fact, hint) = status switch
        {
            StatusCodes.Status404NotFound => ($"there is nothing at {context.Request.Path}", "see /openapi/v1.json"),
            StatusCodes.Status405MethodNotAllowed => (
                $"{context.Request.Path} is not for {context.Request.Method}",
                $"it is for {context.Response.Headers.Allow}"
            ),
            StatusCodes.Status415UnsupportedMediaType => (
                "the body is not JSON; nothing was done",
                "send Content-Type: application/json"
            ),
            _ => ("the request was refused; nothing was done", null),
        };
        return Problem.Of(status, ErrorStatus.CodeOf(status), fact, hint);
    }
}
