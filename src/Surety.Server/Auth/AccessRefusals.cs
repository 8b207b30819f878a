using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Surety.Repository.Errors;
using Surety.Server.Api;

namespace Surety.Server.Auth;

/// <summary>What becomes of a request that may not pass: programs get a problem, people the page to sign in.</summary>
internal sealed class AccessRefusals(ILogger<AccessRefusals> log) : IAuthorizationMiddlewareResultHandler
{
    private static readonly SuretyException NotSignedIn = new(
        ErrorCode.NotSignedIn,
        "nobody has signed in, or the token is not known; nothing was done",
        "send Authorization: Bearer TOKEN, or sign in"
    );

    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded)
        {
            await next(context);
        }
        else if (authorizeResult.Challenged)
        {
            await ChallengeAsync(context);
        }
        else
        {
            await ForbidAsync(context, policy);
        }
    }

    private static async Task ChallengeAsync(HttpContext context)
    {
        if (IsPage(context.Request))
        {
            await context.ChallengeAsync(SessionCookie.SchemeName);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"surety\"";
        await Problem.WriteAsync(context, NotSignedIn);
    }

    private async Task ForbidAsync(HttpContext context, AuthorizationPolicy policy)
    {
        var asked = policy.Requirements.OfType<AccessRequirement>().ToList();
        var role = asked.Max(requirement => requirement.Role);
        var database = context.GetRouteValue(AccessPolicies.DatabaseValue) as string;
        log.Refused(context.User.RequestedBy(), $"{context.Request.Method} {context.Request.Path}", database);
        if (IsPage(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await Problem.WriteAsync(
            context,
            new SuretyException(
                ErrorCode.AccessRefused,
                $"{context.User.RequestedBy()} may not do this; nothing was done",
                $"it takes the role {role.ToString().ToLowerInvariant()}"
                    + (
                        asked.Exists(requirement => requirement.OfAll) ? " for all databases"
                        : database is null ? ""
                        : " for the database of the address"
                    )
            )
        );
    }

    /// <summary>True where a browser shows the answer to somebody.</summary>
    private static bool IsPage(HttpRequest request) =>
        !Problem.IsApi(request)
        && !BearerHandler.IsMeant(request)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
}
