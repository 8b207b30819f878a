using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Surety.ServerTests.Auth;

/// <summary>Keeps cookies and follows no redirect, as tests of a browser's way in have to see it.</summary>
internal sealed class Browser : IDisposable
{
    private readonly RunningServer server;
    private readonly CookieContainer cookies = new();
    private readonly HttpClient client;

    public Browser(RunningServer server, string? address = null)
    {
        this.server = server;
        client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false })
        {
            BaseAddress = server.Client.BaseAddress,
        };
        if (address is not null)
        {
            // A proxy on loopback is believed.
            client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        }
    }

    public IReadOnlyList<Cookie> Cookies => [.. cookies.GetAllCookies().Cast<Cookie>()];

    public async Task<HttpResponseMessage> GetAsync(string path, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", accept);
        return await client.SendAsync(request);
    }

    /// <summary>What somebody would have who copied the cookies.</summary>
    public string CookieHeader => cookies.GetCookieHeader(client.BaseAddress!);

    /// <summary>Without the body, which may go on for long.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path) =>
        client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => client.SendAsync(request);

    /// <summary>Posts the form of the sign-in page, with the token that the page would hold.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string name, string password, string? returnUrl = null) =>
        await PostFormAsync(
            "/sign-in",
            new()
            {
                ["name"] = name,
                ["password"] = password,
                ["returnUrl"] = returnUrl ?? "/",
            }
        );

    public async Task<HttpResponseMessage> PostFormAsync(
        string path,
        Dictionary<string, string> fields,
        bool withToken = true
    )
    {
        if (withToken)
        {
            fields["__RequestVerificationToken"] = MakeToken();
        }

        return await client.PostAsync(path, new FormUrlEncodedContent(fields));
    }

    /// <summary>As the other, with files.</summary>
    public async Task<HttpResponseMessage> PostFilesAsync(
        string path,
        MultipartFormDataContent form,
        bool withToken = true
    )
    {
        if (withToken)
        {
            form.Add(new StringContent(MakeToken()), "__RequestVerificationToken");
        }

        return await client.PostAsync(path, form);
    }

    public void Dispose() => client.Dispose();

    /// <summary>As a page does it: a cookie, and a field that belongs to it.</summary>
    private string MakeToken()
    {
        using var scope = server.Services.CreateScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Cookie = cookies.GetCookieHeader(client.BaseAddress!);
        context.User = SignedIn(scope.ServiceProvider, context);
        var tokens = scope.ServiceProvider.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context);
        foreach (var header in context.Response.Headers.SetCookie)
        {
            cookies.SetCookies(client.BaseAddress!, header!);
        }

        return tokens.RequestToken!;
    }

    private static System.Security.Claims.ClaimsPrincipal SignedIn(IServiceProvider services, HttpContext context) =>
        services
            .GetRequiredService<Microsoft.AspNetCore.Authentication.IAuthenticationService>()
            .AuthenticateAsync(context, "Cookies")
            .GetAwaiter()
            .GetResult()
            .Principal
        ?? new();
}

internal static class CopiedCookies
{
    /// <summary>How a server answers somebody with copied cookies.</summary>
    public static async Task<HttpStatusCode> GetWithCookieAsync(this RunningServer server, string path, string cookies)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", cookies);
        using var answer = await server.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
