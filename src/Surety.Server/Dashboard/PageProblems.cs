using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Dashboard;

/// <summary>Pages and forms throw what is wrong; here it becomes a page that says it, with the hint. The API has its own.</summary>
internal static class PageProblems
{
    public static void Use(IApplicationBuilder app) =>
        app.UseWhen(
            context => !Problem.IsApi(context.Request),
            pages =>
            {
                pages.UseExceptionHandler(
                    new ExceptionHandlerOptions
                    {
                        ExceptionHandler = ShowExceptionAsync,
                        StatusCodeSelector = StatusOf,
                        SuppressDiagnosticsCallback = failed => failed.Exception is SuretyException,
                    }
                );
                pages.UseStatusCodePages(failed => ShowAsync(failed.HttpContext, OfStatus(failed.HttpContext)));
            }
        );

    private static int StatusOf(Exception exception) =>
        exception switch
        {
            SuretyException failure => ErrorStatus.Of(failure.Code),
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status500InternalServerError,
        };

    private static Task ShowExceptionAsync(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>()?.Error is SuretyException failure
            ? ShowAsync(context, (TitleOf(context), failure.Message, failure.Hint))
            : ShowAsync(context, OfStatus(context));

    private static (string Title, string Fact, string? Hint) OfStatus(HttpContext context) =>
        context.Response.StatusCode switch
        {
            StatusCodes.Status403Forbidden => (
                TitleOf(context),
                "you may not do this; nothing was done",
                "it takes another role, or another user: see Settings"
            ),
            StatusCodes.Status404NotFound => (
                TitleOf(context),
                "there is no such page, or what it named is no longer there",
                null
            ),
            StatusCodes.Status400BadRequest => (
                TitleOf(context),
                "the form was not complete, or too old; nothing was done",
                "go back, load the page again, and send it once more"
            ),
            >= 500 => (
                TitleOf(context),
                "the page could not be made; nothing was changed",
                "the server's log says why"
            ),
            _ => (TitleOf(context), "the request was refused; nothing was done", null),
        };

    private static string TitleOf(HttpContext context) => ReasonPhrases.GetReasonPhrase(context.Response.StatusCode);

    private static async Task ShowAsync(HttpContext context, (string Title, string Fact, string? Hint) problem)
    {
        // A page that broke while it was rendered leaves its renderer behind.
        await using var scope = context.RequestServices.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        var document = new RazorComponentResult<ProblemDocument>(
            new
            {
                problem.Title,
                problem.Fact,
                problem.Hint,
            }
        )
        {
            StatusCode = context.Response.StatusCode,
        };
        await document.ExecuteAsync(context);
    }
}
