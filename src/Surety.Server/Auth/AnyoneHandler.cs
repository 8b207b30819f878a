using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Auth;

/// <summary><c>--no-auth</c>: whoever reaches the server may do everything.</summary>
internal sealed class AnyoneHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "anyone";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var principal = AccessPrincipal.Create("anyone (no auth)", AccessRole.Admin, databases: null, SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(principal, SchemeName)));
    }
}
