using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Alerts;
using Surety.Server.Api;
using Surety.Server.Auth;
using Surety.Server.Operations;
using Surety.Server.Runs;

namespace Surety.Server.Dashboard;

/// <summary>
/// What the forms of the pages post to: each becomes a request at the one desk, and leads to the page of its run. Reading a
/// form as such makes the server ask for its antiforgery token.
/// </summary>
internal static class FormActions
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/do/{operation}", SubmitAsync).WithMetadata(BodyLimit.OfScripts).ExcludeFromDescription();
        endpoints.MapPost("/do/cancel", CancelAsync).ExcludeFromDescription();
        endpoints.MapPost("/do/test-alert", TestAlertAsync).ExcludeFromDescription();
        endpoints.MapPost("/do/theme", ChooseTheme).AllowAnonymous().ExcludeFromDescription();
    }

    private static async Task<RedirectHttpResult> SubmitAsync(
        string operation,
        [FromForm] IFormCollection form,
        HttpContext context,
        OperationDesk desk
    )
    {
        var subject = new OperationSubject(Required(form, "database"), Optional(form, "backup"));
        var request = await FormRequests.ReadAsync(operation, form, context.RequestAborted);
        var run = await desk.SubmitAsync(context.User, subject, request, null, context.RequestAborted);
        return TypedResults.Redirect(Links.Run(run.Id));
    }

    private static async Task<RedirectHttpResult> CancelAsync(
        [FromForm] IFormCollection form,
        HttpContext context,
        OperationDesk desk
    )
    {
        var id = RunId.TryParse(Required(form, "run"), out var parsed) ? parsed : throw Incomplete("run");
        await desk.CancelAsync(context.User, id, context.RequestAborted);
        return TypedResults.Redirect(Links.Run(id));
    }

    private static async Task<RedirectHttpResult> TestAlertAsync(
        [FromForm] IFormCollection form,
        HttpContext context,
        AlertSender sender
    )
    {
        if (!context.User.MayUseAll(AccessRole.Operator))
        {
            throw new SuretyException(
                ErrorCode.AccessRefused,
                $"{context.User.RequestedBy()} may not test channels; nothing was sent",
                "it takes the role operator for all databases"
            );
        }

        await sender.TestAsync(Required(form, "channel"), context.RequestAborted);
        return TypedResults.Redirect("/alerts?tested");
    }

    private static RedirectHttpResult ChooseTheme([FromForm] IFormCollection form, HttpContext context)
    {
        ColorTheme.Choose(context, Required(form, "theme"));
        return TypedResults.Redirect(SignIn.Local(Optional(form, "returnUrl")));
    }

    internal static string Required(IFormCollection form, string field) =>
        Optional(form, field) ?? throw Incomplete(field);

    internal static string? Optional(IFormCollection form, string field) =>
        form[field] is [{ } text, ..] && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static SuretyException Incomplete(string field) =>
        new(ErrorCode.InvalidArgument, $"the form has no {field}; nothing was done", "go back and fill it in");
}
