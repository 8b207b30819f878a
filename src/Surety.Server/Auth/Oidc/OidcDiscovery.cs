using System.Text.Json;
using System.Text.Json.Serialization;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;

namespace Surety.Server.Auth.Oidc;

/// <summary>
/// Where a provider's endpoints are, from its discovery document (OpenID Connect Discovery 1.0, 4). Asked for when somebody
/// signs in and not before: a provider that is down keeps no backup from being made.
/// </summary>
internal sealed class OidcDiscovery(OidcSetting oidc, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim asking = new(1);
    private OidcEndpoints? known;
    private DateTimeOffset knownSince;

    /// <exception cref="SuretyException">ConnectionFailed: the provider does not answer as one.</exception>
    public async Task<OidcEndpoints> FindAsync(HttpClient client, CancellationToken cancellationToken)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (known is null || clock.GetUtcNow() - knownSince >= Fresh)
            {
                known = await AskAsync(client, cancellationToken);
                knownSince = clock.GetUtcNow();
            }

            return known;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<OidcEndpoints> AskAsync(HttpClient client, CancellationToken cancellationToken)
    {
        OidcEndpoints? found;
        try
        {
            found = await client.GetFromJsonAsync<OidcEndpoints>(
                $"{Issuer}/.well-known/openid-configuration",
                cancellationToken
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                // So the client says that it waited for long enough.
                || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            throw Unusable("does not answer with its discovery document", e);
        }

        if (found?.Issuer?.TrimEnd('/') != Issuer)
        {
            throw Unusable($"says that it is {found?.Issuer ?? "nobody"}", null);
        }

        return found.All.All(IsTrusted) ? found : throw Unusable("names an endpoint without TLS", null);
    }

    private string Issuer => oidc.Authority.ToString().TrimEnd('/');

    private bool IsTrusted(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (oidc.Authority.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    private SuretyException Unusable(string fact, Exception? cause) =>
        new(
            ErrorCode.ConnectionFailed,
            $"the provider {Issuer} {fact}; nobody was signed in",
            "check server.oidc.authority in surety.yaml",
            cause
        );
}

/// <summary>Of the discovery document, what signing in takes.</summary>
internal sealed record OidcEndpoints(
    [property: JsonPropertyName("issuer")] string? Issuer,
    [property: JsonPropertyName("authorization_endpoint")] string Authorization,
    [property: JsonPropertyName("token_endpoint")] string Token,
    [property: JsonPropertyName("userinfo_endpoint")] string UserInfo
)
{
    public IEnumerable<string> All => [Authorization, Token, UserInfo];
}
