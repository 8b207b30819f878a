using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Surety.Core.Configuration.Serving;
using Surety.Server.Auth.Oidc;
using Surety.Server.Auth.Sessions;

namespace Surety.Server.Auth;

/// <summary>
/// Where people sign in and out. The page at <see cref="Path"/> shows a form with <c>name</c>, <c>password</c>,
/// <see cref="ReturnParameter"/> and the antiforgery token; what went wrong it finds in its own address.
/// </summary>
public static class SignIn
{
    public const string Path = "/sign-in";
    public const string OutPath = "/sign-out";

    /// <summary>A link that sends people to the provider of OpenID Connect, where one is configured.</summary>
    public const string OidcPath = "/sign-in/oidc";
    public const string ReturnParameter = "returnUrl";

    /// <summary>In the address of the page: <see cref="Wrong"/>, <see cref="Locked"/> or <see cref="NoRole"/>.</summary>
    public const string ProblemParameter = "problem";
    public const string Wrong = "wrong";
    public const string Locked = "locked";
    public const string NoRole = "no-role";

    /// <summary>The provider could not be asked, or answered something else than who it is.</summary>
    public const string Provider = "provider";

    /// <summary>In the address of the page, with <see cref="Locked"/>: after how many seconds to try again.</summary>
    public const string WaitParameter = "wait";

    internal static void Map(IEndpointRouteBuilder endpoints, AccessSetting access)
    {
        endpoints.MapPost(Path, SignInAsync).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(OutPath, SignOutAsync).AllowAnonymous().ExcludeFromDescription();
        if (access.Oidc is not null)
        {
            endpoints.MapGet(OidcPath, ToProvider).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>The page to show, for what went wrong.</summary>
    internal static string PageWith(string problem, string? returnUrl) =>
        $"{Path}?{ProblemParameter}={problem}&{ReturnParameter}={Uri.EscapeDataString(Local(returnUrl))}";

    /// <summary>A place of this server: nobody is sent elsewhere by a link to the sign-in.</summary>
    internal static string Local(string? url) =>
        url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : "/";

    private static async Task<RedirectHttpResult> SignInAsync(
        [FromForm] string? name,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        HttpContext context,
        PasswordCheck passwords,
        TimeProvider clock
    )
    {
        var address = context.Connection.RemoteIpAddress;
        var outcome = await passwords.TryAsync(name?.Trim() ?? "", password ?? "", address, context.RequestAborted);
        if (outcome.User is not { } user)
        {
            return TypedResults.Redirect(
                outcome.Wait is { } wait
                    ? $"{PageWith(Locked, returnUrl)}&{WaitParameter}={Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture)}"
                    : PageWith(Wrong, returnUrl)
            );
        }

        var principal = AccessPrincipal.Create(
            $"user {user.Name}",
            user.Role,
            user.Databases,
            SessionCookie.SchemeName,
            SessionCookie.StampOf(user)
        );
        await context.SignInAsync(SessionCookie.SchemeName, principal, SessionLife.Begin(new(), clock.GetUtcNow()));
        return TypedResults.Redirect(Local(returnUrl));
    }

    /// <summary>
    /// A form, so that no link and no picture of another site signs anybody out. Copies of the cookie end too; where that cannot
    /// be kept, the cookie stays, to try again with.
    /// </summary>
    private static async Task<RedirectHttpResult> SignOutAsync(
        [FromForm] string? returnUrl,
        HttpContext context,
        SessionLife sessions
    )
    {
        await sessions.EndAsync(context);
        await context.SignOutAsync(SessionCookie.SchemeName);
        return TypedResults.Redirect(returnUrl is null ? Path : Local(returnUrl));
    }

    private static ChallengeHttpResult ToProvider([FromQuery] string? returnUrl) =>
        TypedResults.Challenge(
            new AuthenticationProperties { RedirectUri = Local(returnUrl) },
            [OidcHandler.SchemeName]
        );
}
