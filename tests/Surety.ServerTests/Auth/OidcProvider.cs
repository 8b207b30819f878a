using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Surety.ServerTests.Auth;

/// <summary>
/// A provider of OpenID Connect that takes nothing for granted: it signs in whoever it was told to, once for each code, and
/// only for the client, the redirect and the PKCE verifier that the code was asked for with.
/// </summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "surety";
    public const string Secret = "the client's secret";

    private readonly WebApplication app;
    private readonly Dictionary<string, (string Challenge, string Redirect)> codes = [];
    private readonly HashSet<string> tokens = [];

    private OidcProvider(WebApplication app) => this.app = app;

    public string Authority => app.Urls.First();

    /// <summary>What the userinfo endpoint says of whoever signs in.</summary>
    public object User { get; set; } = new { sub = "1" };

    /// <summary>What the discovery document says instead of the authority.</summary>
    public string? Issuer { get; set; }

    /// <summary>As <see cref="Issuer"/>: the document has none.</summary>
    public const string Nobody = "";

    public static async Task<OidcProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new OidcProvider(builder.Build());
        provider.app.MapGet("/.well-known/openid-configuration", provider.Discovery);
        provider.app.MapGet("/authorize", provider.Authorize);
        provider.app.MapPost("/token", provider.TokenAsync);
        provider.app.MapGet("/userinfo", provider.UserInfo);
        await provider.app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Discovery() =>
        Results.Json(
            new
            {
                issuer = Issuer == Nobody ? null : Issuer ?? Authority,
                authorization_endpoint = $"{Authority}/authorize",
                token_endpoint = $"{Authority}/token",
                userinfo_endpoint = $"{Authority}/userinfo",
            }
        );

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (
            query["client_id"] != ClientId
            || query["response_type"] != "code"
            || query["code_challenge_method"] != "S256"
        )
        {
            return Results.BadRequest();
        }

        if (!query["scope"].ToString().Split(' ').Contains("openid") || query["state"].Count == 0)
        {
            return Results.BadRequest();
        }

        var code = RandomNumberGenerator.GetHexString(32);
        codes[code] = (query["code_challenge"]!, query["redirect_uri"]!);
        return Results.Redirect(
            QueryHelpers.AddQueryString(
                query["redirect_uri"]!,
                new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] }
            )
        );
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var verifier = WebEncoders.Base64UrlEncode(
            SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))
        );
        if (
            !codes.Remove(form["code"].ToString(), out var asked)
            || form["client_id"] != ClientId
            || form["client_secret"] != Secret
            || asked.Redirect != form["redirect_uri"]
            || asked.Challenge != verifier
        )
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        var token = RandomNumberGenerator.GetHexString(32);
        tokens.Add(token);
        return Results.Json(new { access_token = token, token_type = "Bearer" });
    }

    private IResult UserInfo(HttpRequest request) =>
        request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token]
        && tokens.Contains(token)
            ? Results.Json(User)
            : Results.Unauthorized();
}
