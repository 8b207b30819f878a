using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.HttpOverrides;
using Surety.Core.Configuration;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Server.Auth.Keys;
using Surety.Server.Auth.Oidc;
using Surety.Server.Auth.Sessions;
using Surety.Server.Runs;

namespace Surety.Server.Auth;

/// <summary>Who gets in, and what a request passes before it is answered.</summary>
internal static class AccessServices
{
    private const string AnyScheme = "access";

    /// <param name="services">To add to.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="server">Of it, the part about the server.</param>
    /// <param name="noAuth">As <c>--no-auth</c>.</param>
    /// <param name="urls">Where the server listens.</param>
    /// <exception cref="SuretyException">
    /// InvalidArgument: <paramref name="noAuth"/> where others reach the server. InvalidConfiguration: nobody could get in, or an
    /// entry names a database that is not configured.
    /// </exception>
    public static void AddAccess(
        this IServiceCollection services,
        SuretySettings settings,
        ServerSetting server,
        bool noAuth,
        IReadOnlyList<string> urls
    )
    {
        RequireSafe(settings, server.Access, noAuth, urls);
        var mode = new AccessMode(noAuth, IsSecure: !urls.All(LoopbackOnly.IsLoopback) || urls.All(IsHttps), urls);
        services.AddSingleton(mode);
        services.AddSingleton(server.Access);
        services.AddSingleton<SessionStamps>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<IAuthorizationHandler, AccessRequirementHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessRefusals>();
        services.AddAuthorization(AccessPolicies.AddTo);
        services.AddRateLimiter(RequestLimits.Configure);
        AddSchemes(services, server.Access, mode);
        AddKeys(services);
        AddSessions(services);
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = mode.IsSecure ? "__Host-surety-form" : "surety-form";
            options.Cookie.SecurePolicy = mode.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.Path = "/";
        });
        services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            foreach (var proxy in server.Access.Proxies)
            {
                options.KnownIPNetworks.Add(proxy);
            }
        });
    }

    /// <summary>Every request passes here, before anything of the API or the pages.</summary>
    public static void UseAccess(this WebApplication app)
    {
        var mode = app.Services.GetRequiredService<AccessMode>();
        if (!mode.NoAuth)
        {
            app.UseForwardedHeaders();
        }

        // After it is known that a proxy was reached over TLS.
        SecurityHeaders.Use(app);
        if (mode.NoAuth)
        {
            // No header can say that a request comes from elsewhere, or from here.
            app.UseMiddleware<LoopbackOnly>();
        }

        app.UseRouting();
        app.UseMiddleware<TlsForPages>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<CrossSiteGuard>();
        app.UseAuthorization();
        app.UseAntiforgery();
    }

    public static void MapAccess(this WebApplication app)
    {
        SignIn.Map(app, app.Services.GetRequiredService<AccessSetting>());
        var log = app.Services.GetRequiredService<ILogger<AccessMode>>();
        foreach (var url in app.Services.GetRequiredService<AccessMode>().Urls)
        {
            if (!IsHttps(url) && !LoopbackOnly.IsLoopback(url))
            {
                log.PlainHttp(url);
            }
        }
    }

    private static void RequireSafe(
        SuretySettings settings,
        AccessSetting access,
        bool noAuth,
        IReadOnlyList<string> urls
    )
    {
        if (noAuth)
        {
            LoopbackOnly.Require(urls);
        }
        else if (access.IsEmpty)
        {
            throw Wrong(
                "nobody could use this server: there are no tokens, users or oidc under server in surety.yaml",
                "surety access password --name YOU --role admin prints the lines to add; on this machine alone --no-auth does"
            );
        }

        foreach (var entry in access.Tokens.Concat(access.Users))
        {
            if (entry.Databases?.FirstOrDefault(name => !settings.DatabaseNames.Contains(name)) is { } unknown)
            {
                throw Wrong(
                    $"the entry of {entry.Name} under server names a database '{unknown}', which is not configured",
                    $"under databases there are {string.Join(", ", settings.DatabaseNames)}"
                );
            }
        }
    }

    private static void AddSchemes(IServiceCollection services, AccessSetting access, AccessMode mode)
    {
        var schemes = services.AddAuthentication(AnyScheme);
        schemes.AddPolicyScheme(
            AnyScheme,
            null,
            options =>
                options.ForwardDefaultSelector = context =>
                    mode.NoAuth ? AnyoneHandler.SchemeName
                    : BearerHandler.IsMeant(context.Request) ? BearerHandler.SchemeName
                    : SessionCookie.SchemeName
        );
        schemes.AddScheme<AuthenticationSchemeOptions, AnyoneHandler>(AnyoneHandler.SchemeName, null);
        schemes.AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null);
        schemes.AddCookie(SessionCookie.SchemeName, options => SessionCookie.Configure(options, mode.IsSecure));
        if (access.Oidc is { } oidc)
        {
            services.AddSingleton(oidc);
            services.AddSingleton<OidcDiscovery>();
            schemes.AddOAuth<OAuthOptions, OidcHandler>(
                OidcHandler.SchemeName,
                options => OidcHandler.Configure(options, oidc, mode.IsSecure)
            );
        }
    }

    private static void AddKeys(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("surety");
        services.AddSingleton<IXmlRepository>(provider =>
            provider.GetService<JobStore>() is { } shared
                ? new PostgresKeyRing(shared)
                : new FolderKeyRing(
                    provider.GetRequiredService<StateFolder>().Documents,
                    provider.GetRequiredService<ILogger<FolderKeyRing>>()
                )
        );
        services
            .AddOptions<KeyManagementOptions>()
            .Configure<IXmlRepository>((options, ring) => options.XmlRepository = ring);
    }

    private static void AddSessions(IServiceCollection services)
    {
        services.AddSingleton<IEndedSessionStore>(provider =>
            provider.GetService<JobStore>() is { } shared
                ? new PostgresEndedSessions(shared)
                : new FolderEndedSessions(provider.GetRequiredService<StateFolder>().Documents)
        );
        services.AddSingleton<EndedSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<EndedSessions>());
        services.AddSingleton<SessionLife>();
    }

    private static bool IsHttps(string url) => url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static SuretyException Wrong(string fact, string hint) =>
        new(ErrorCode.InvalidConfiguration, $"{fact}; the server was not started", hint);
}

/// <summary>How strictly people and programs are told from each other.</summary>
/// <param name="NoAuth">Everybody may do everything.</param>
/// <param name="IsSecure">Cookies are for TLS alone.</param>
/// <param name="Urls">Where the server listens.</param>
internal sealed record AccessMode(bool NoAuth, bool IsSecure, IReadOnlyList<string> Urls)
{
    /// <summary>False where a cookie would be set, or come back, in the clear.</summary>
    public bool TakesCookies(HttpRequest request) => !IsSecure || request.IsHttps;
}
