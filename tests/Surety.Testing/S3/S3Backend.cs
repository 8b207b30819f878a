using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Surety.Testing.S3;

/// <summary>The server behind a <see cref="S3Service"/>.</summary>
internal sealed class S3Backend(Uri server) : IDisposable
{
    private static readonly string[] NotPassedOn =
    [
        "Host",
        "Connection",
        "Expect",
        "If-None-Match",
        "Transfer-Encoding",
    ];

    private readonly HttpClient client = new();

    public Task<S3Answer> SendAsync(HttpRequest request, byte[] content) =>
        SendAsync(new HttpMethod(request.Method), request, content);

    /// <summary>Length of the object that a request is about; null where there is none.</summary>
    public async Task<long?> LengthAsync(HttpRequest request)
    {
        using var message = MessageOf(HttpMethod.Head, request, null);
        using var response = await client.SendAsync(message);
        return response.IsSuccessStatusCode ? response.Content.Headers.ContentLength : null;
    }

    /// <summary>s3rver answers a write when it has read the body, perhaps before its file has it.</summary>
    public async Task WaitUntilWholeAsync(HttpRequest request, long length)
    {
        while (await LengthAsync(request) != length)
        {
            await Task.Yield();
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<S3Answer> SendAsync(HttpMethod method, HttpRequest request, byte[] content)
    {
        using var message = MessageOf(method, request, content);
        using var response = await client.SendAsync(message);
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .Where(header => !NotPassedOn.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)));
        return new S3Answer(
            (int)response.StatusCode,
            headers.ToDictionary(),
            await response.Content.ReadAsByteArrayAsync()
        );
    }

    private HttpRequestMessage MessageOf(HttpMethod method, HttpRequest request, byte[]? content)
    {
        var message = new HttpRequestMessage(method, new Uri(server, $"{request.Path}{request.QueryString}"));
        if (content is not null && method != HttpMethod.Get && method != HttpMethod.Head)
        {
            message.Content = new ByteArrayContent(content);
        }

        foreach (var (name, values) in request.Headers)
        {
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
            {
                PassOnContentType(name, $"{values}", message.Content?.Headers);
            }
            else if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                message.Headers.TryAddWithoutValidation(name, $"{values}");
            }
        }

        return message;
    }

    // The length is that of the content.
    private static void PassOnContentType(string name, string value, HttpContentHeaders? headers)
    {
        if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
        {
            headers?.TryAddWithoutValidation(name, value);
        }
    }
}
