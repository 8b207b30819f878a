using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Surety.Core.Configuration.Serving;
using Surety.Server.Auth.Sessions;

namespace Surety.Server.Auth;

/// <summary>The session of a person: a cookie that holds who it is, sealed with the server's keys.</summary>
internal static class SessionCookie
{
    public const string SchemeName = CookieAuthenticationDefaults.AuthenticationScheme;
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <param name="options">To fill in.</param>
    /// <param name="isSecure">False where the server listens on loopback without TLS.</param>
    public static void Configure(CookieAuthenticationOptions options, bool isSecure)
    {
        // A browser takes a __Host- cookie over TLS alone, from this very host, for all of its paths (RFC 6265bis, 4.1.3.2).
        options.Cookie.Name = isSecure ? "__Host-surety" : "surety";
        options.Cookie.SecurePolicy = isSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        options.Cookie.HttpOnly = true;
        // Not Strict: a link in a message about an alert has to open as who signed in.
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = Lasts;
        options.SlidingExpiration = true;
        options.LoginPath = SignIn.Path;
        options.LogoutPath = SignIn.OutPath;
        options.ReturnUrlParameter = SignIn.ReturnParameter;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    /// <summary>Names an entry of the configuration with all that it says: another password or role ends its sessions.</summary>
    public static string StampOf(AccessEntry entry) =>
        Hash($"{entry.Name}\n{entry.Hash}\n{entry.Role}\n{string.Join('\n', (entry.Databases ?? Nothing).Order())}");

    /// <summary>Another provider, client or another meaning of its words ends the sessions made there.</summary>
    public static string StampOf(OidcSetting oidc) =>
        Hash(
            $"{oidc.Authority}\n{oidc.ClientId}\n{oidc.RoleClaim}\n{string.Join('\n', oidc.Roles.Select(role => $"{role.Key}={role.Value}").Order())}"
        );

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var known = services.GetRequiredService<SessionStamps>();
        var stamp = context.Principal?.FindFirstValue(AccessPrincipal.StampClaim);
        var life = services.GetRequiredService<SessionLife>();
        if (life.IsOver(context.Properties) || !known.Contains(stamp))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SchemeName);
        }
    }
}

/// <summary>What sessions may be made from: the users as they are configured now, and the provider.</summary>
internal sealed class SessionStamps(AccessSetting access)
{
    private readonly HashSet<string> known =
    [
        .. access.Users.Select(SessionCookie.StampOf),
        .. access.Oidc is { } oidc ? new[] { SessionCookie.StampOf(oidc) } : [],
    ];

    public bool Contains(string? stamp) => stamp is not null && known.Contains(stamp);
}
