using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Surety.Core.Access;
using Surety.ServerTests.Api;

namespace Surety.ServerTests.Auth;

/// <summary>A server that others reach, with a certificate of its own, behind a proxy that has one, and without any.</summary>
public sealed partial class TlsTests : IDisposable
{
    private const string Everywhere = "http://0.0.0.0:0";
    private static readonly string Token = AccessToken.New();
    private readonly ServerSetup setup = new();

    public TlsTests() =>
        setup
            .Database("shop", Unreached.Database())
            .Section(
                $"""
                server:
                  users:
                    - name: anna
                      role: viewer
                      hash: {PasswordHash.Of(ApiServer.Password)}
                  tokens:
                    - name: ci
                      role: viewer
                      hash: {AccessToken.HashOf(Token)}
                """
            );

    [Theory]
    [InlineData("GET", "/", true)]
    [InlineData("GET", "/sign-in", true)]
    [InlineData("POST", "/sign-in", true)]
    [InlineData("POST", "/do/theme", true)]
    [InlineData("GET", "/api/v1/runs", false)]
    [InlineData("GET", "/health/live", false)]
    [InlineData("GET", "/dashboard.css", false)]
    public async Task Without_TLS_a_page_says_what_is_missing_and_programs_get_their_answers(
        string method,
        string path,
        bool isRefused
    )
    {
        await using var server = await RunningServer.StartAsync(setup, noAuth: false, url: Everywhere);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);

        using var answer = await server.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(isRefused ? HttpStatusCode.Forbidden : HttpStatusCode.OK);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var text = await answer.Content.ReadAsStringAsync();
        text.Contains("pages are shown over TLS alone").ShouldBe(isRefused);
    }

    [Fact]
    public async Task Behind_a_proxy_with_TLS_people_sign_in_and_their_cookies_never_travel_without_it()
    {
        await using var server = await RunningServer.StartAsync(setup, noAuth: false, url: Everywhere);
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = server.Client.BaseAddress,
            DefaultRequestHeaders = { { "X-Forwarded-Proto", "https" } },
        };
        using var page = await client.GetAsync("/sign-in");
        var form = CookieOf(page, "__Host-surety-form");
        var field = FormToken().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        using var signIn = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Headers = { { "Cookie", form } },
            Content = new FormUrlEncodedContent(
                new Dictionary<string, string>
                {
                    ["name"] = "anna",
                    ["password"] = ApiServer.Password,
                    ["__RequestVerificationToken"] = field,
                }
            ),
        };

        using var signedIn = await client.SendAsync(signIn);

        signedIn.Headers.Location!.ToString().ShouldBe("/");
        using var overview = new HttpRequestMessage(HttpMethod.Get, "/")
        {
            Headers = { { "Cookie", CookieOf(signedIn, "__Host-surety") } },
        };
        using var shown = await client.SendAsync(overview);
        shown.StatusCode.ShouldBe(HttpStatusCode.OK);
        shown.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();
    }

    [Fact]
    public async Task With_a_certificate_of_its_own_it_shows_pages_by_itself()
    {
        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        var identity = LoopbackIdentity.Make(setup);
        var kestrel = new Dictionary<string, string>
        {
            ["Kestrel__Certificates__Default__Path"] = identity.Certificate,
            ["Kestrel__Certificates__Default__KeyPath"] = identity.Key,
        };
        using var server = ServerProcess.Start(setup, "state", noAuth: false, kestrel, "https://127.0.0.1:0");
        using var expected = X509CertificateLoader.LoadCertificateFromFile(identity.Certificate);
        using var client = new HttpClient(
            new HttpClientHandler
            {
                ServerCertificateCustomValidationCallback = (_, sent, _, _) => expected.Equals(sent),
            }
        )
        {
            BaseAddress = await server.ListeningAtAsync(),
        };

        using var page = await client.GetAsync("/sign-in");

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        CookieOf(page, "__Host-surety-form").ShouldNotBeEmpty();
        page.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();
    }

    public void Dispose() => setup.Dispose();

    /// <summary>As it is sent back. It has to be one that browsers keep from plain HTTP.</summary>
    private static string CookieOf(HttpResponseMessage answer, string name)
    {
        var cookie = answer
            .Headers.GetValues("Set-Cookie")
            .Single(text => text.StartsWith($"{name}=", StringComparison.Ordinal));
        cookie.Split("; ").ShouldContain("secure");
        return cookie.Split(';')[0];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
