using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary>The session of a person: a cookie that holds who it is, sealed with the server's keys.</summary>
internal static class SessionCookie
{
    public const string SchemeName = CookieAuthenticationDefaults.AuthenticationScheme;
    public const string BegunKey = "begun";
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <summary>However often it is used: a stolen one ends.</summary>
    private static readonly TimeSpan LastsAtMost = TimeSpan.FromDays(7);

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
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (IsOld(context.Properties, now) || !known.Contains(stamp))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(SchemeName);
        }
    }

    private static bool IsOld(AuthenticationProperties properties, DateTimeOffset now) =>
        !long.TryParse(
            properties.Items.TryGetValue(BegunKey, out var text) ? text : null,
            CultureInfo.InvariantCulture,
            out var begun
        )
        || now - DateTimeOffset.FromUnixTimeSeconds(begun) > LastsAtMost;

    /// <summary>When somebody signed in, which a session that is prolonged keeps.</summary>
    public static AuthenticationProperties Begin(DateTimeOffset now)
    {
        var properties = new AuthenticationProperties();
        properties.Items[BegunKey] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return properties;
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
