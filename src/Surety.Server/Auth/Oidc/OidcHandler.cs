using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.Extensions.Options;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Auth.Sessions;

namespace Surety.Server.Auth.Oidc;

/// <summary>
/// Signing in at a provider of OpenID Connect: the authorization code flow with PKCE and state of the framework's OAuth
/// handler. Who it is says the userinfo endpoint, asked directly over TLS, so that no token has to be checked by its
/// signature (docs/decisions/0026).
/// </summary>
internal sealed class OidcHandler(
    IOptionsMonitor<OAuthOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    OidcSetting oidc,
    OidcDiscovery discovery
) : OAuthHandler<OAuthOptions>(options, logger, encoder)
{
    public const string SchemeName = "oidc";
    public const string CallbackPath = "/sign-in/oidc/back";

    public static void Configure(OAuthOptions options, OidcSetting oidc, bool isSecure)
    {
        // Somebody waits for the page meanwhile.
        options.BackchannelTimeout = TimeSpan.FromSeconds(15);
        options.ClientId = oidc.ClientId;
        // A public client has none; the framework wants a text.
        options.ClientSecret = oidc.ClientSecret ?? "none";
        options.CallbackPath = CallbackPath;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.SignInScheme = SessionCookie.SchemeName;
        options.CorrelationCookie.Name = isSecure ? "__Host-surety-oidc." : "surety-oidc.";
        options.CorrelationCookie.Path = "/";
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = isSecure
            ? CookieSecurePolicy.Always
            : CookieSecurePolicy.SameAsRequest;
        foreach (var scope in oidc.Scopes.Prepend("email").Prepend("profile").Prepend("openid"))
        {
            options.Scope.Add(scope);
        }

        // Only told once somebody signs in: see OidcDiscovery.
        options.AuthorizationEndpoint = options.TokenEndpoint = oidc.Authority.ToString();
        options.Events.OnRemoteFailure = FailAsync;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        try
        {
            await FindEndpointsAsync();
        }
        catch (SuretyException e)
        {
            Logger.ProviderFailed(e.Message);
            Response.Redirect(SignIn.PageWith(SignIn.Provider, properties.RedirectUri));
            return;
        }

        await base.HandleChallengeAsync(properties);
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        // Another server than the one that sent him may get him back.
        await FindEndpointsAsync();
        return await base.ExchangeCodeAsync(context);
    }

    protected override async Task<AuthenticationTicket> CreateTicketAsync(
        ClaimsIdentity identity,
        AuthenticationProperties properties,
        OAuthTokenResponse tokens
    )
    {
        var endpoints = await discovery.FindAsync(Backchannel, Context.RequestAborted);
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoints.UserInfo);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        using var response = await Backchannel.SendAsync(request, Context.RequestAborted);
        response.EnsureSuccessStatusCode();
        using var user = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(Context.RequestAborted),
            cancellationToken: Context.RequestAborted
        );
        var found = OidcUser.Of(user.RootElement, oidc);
        var principal = AccessPrincipal.Create(
            $"oidc {found.Name}",
            found.Role,
            databases: null,
            SessionCookie.SchemeName,
            SessionCookie.StampOf(oidc)
        );
        Logger.SignedIn(principal.RequestedBy(), $"{Context.Connection.RemoteIpAddress}");
        SessionLife.Begin(properties, TimeProvider.GetUtcNow());
        return new AuthenticationTicket(principal, properties, Scheme.Name);
    }

    /// <summary>The same for everybody, whenever they are found: the framework reads them from its options.</summary>
    private async Task FindEndpointsAsync()
    {
        var endpoints = await discovery.FindAsync(Backchannel, Context.RequestAborted);
        Options.AuthorizationEndpoint = endpoints.Authorization;
        Options.TokenEndpoint = endpoints.Token;
    }

    private static Task FailAsync(RemoteFailureContext context)
    {
        var isRole = context.Failure is OidcRoleException;
        var log = context.HttpContext.RequestServices.GetRequiredService<ILogger<OidcHandler>>();
        log.ProviderFailed(context.Failure?.Message ?? "no reason");
        context.Response.Redirect(
            SignIn.PageWith(isRole ? SignIn.NoRole : SignIn.Provider, context.Properties?.RedirectUri)
        );
        context.HandleResponse();
        return Task.CompletedTask;
    }
}
