using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Surety.Core.Access;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary>Lets programs in that send <c>Authorization: Bearer surety_...</c>.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessSetting access
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "bearer";
    private const string Start = "Bearer ";
    private const int LongestToken = 200;

    /// <summary>True where a request comes with a token, or what should be one: it is never taken for a session.</summary>
    public static bool IsMeant(HttpRequest request) => request.Headers.ContainsKey(HeaderNames.Authorization);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.Length == 0)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var token = header.StartsWith(Start, StringComparison.OrdinalIgnoreCase) ? header[Start.Length..].Trim() : "";
        var entry = token.Length is > 0 and <= LongestToken ? Find(token) : null;
        if (entry is null)
        {
            Logger.TokenUnknown($"{Context.Connection.RemoteIpAddress}");
            return Task.FromResult(AuthenticateResult.Fail("no such token"));
        }

        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(entry), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer realm=\"surety\"";
        return base.HandleChallengeAsync(properties);
    }

    private static ClaimsPrincipal PrincipalOf(AccessEntry entry) =>
        AccessPrincipal.Create($"token {entry.Name}", entry.Role, entry.Databases, SchemeName);

    /// <summary>Compares with every entry, so that the time tells nothing about which one fits.</summary>
    private AccessEntry? Find(string token)
    {
        AccessEntry? found = null;
        foreach (var entry in access.Tokens)
        {
            if (AccessToken.Fits(token, entry.Hash))
            {
                found = entry;
            }
        }

        return found;
    }
}
