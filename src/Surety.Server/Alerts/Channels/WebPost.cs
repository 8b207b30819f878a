using System.Net.Http.Headers;

namespace Surety.Server.Alerts.Channels;

/// <summary>
/// Posts to one address of the configuration, and to no other: a redirect is a failure. What goes wrong is told without the
/// address, which may be a secret.
/// </summary>
internal sealed class WebPost(Uri address) : IDisposable
{
    private readonly HttpClient client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("Surety", null) } },
    };

    /// <summary>Null where the other side took it.</summary>
    public async Task<string?> SendAsync(
        byte[] json,
        (string Name, string Value)? header,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } },
        };
        if (header is var (name, value))
        {
            request.Headers.Add(name, value);
        }

        return await SendAsync(request, cancellationToken);
    }

    /// <summary>A GET; null where it was answered well.</summary>
    public async Task<string?> GetAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(request, cancellationToken);
    }

    public void Dispose() => client.Dispose();

    private async Task<string?> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return $"it could not be reached: {e.HttpRequestError}";
        }
    }
}
