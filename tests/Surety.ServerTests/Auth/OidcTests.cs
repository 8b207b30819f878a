using System.Net;

namespace Surety.ServerTests.Auth;

/// <summary>Signing in at a provider of OpenID Connect, which here is a real one over HTTP.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private OidcProvider provider = null!;
    private ServerSetup setup = null!;
    private RunningServer server = null!;

    public async Task InitializeAsync()
    {
        provider = await OidcProvider.StartAsync();
        setup = new ServerSetup()
            .Database("shop", Unreached.Database())
            .Section(
                $"""
                server:
                  oidc:
                    authority: {provider.Authority}/
                    client-id: {OidcProvider.ClientId}
                    client-secret: "{OidcProvider.Secret}"
                    roles:
                      claim: realm_access.roles
                      admin: dba
                      viewer: [staff, guests]
                """
            );
        server = await RunningServer.StartAsync(setup, noAuth: false);
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        setup.Dispose();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task Who_the_provider_knows_gets_the_greatest_role_of_his_words()
    {
        provider.User = new
        {
            sub = "7",
            preferred_username = "anna",
            realm_access = new { roles = new[] { "staff", "dba", "other" } },
        };
        using var browser = new Browser(server);
        using var back = await SignInAsync(browser);
        back.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        back.Headers.Location!.ToString().ShouldBe("/backups");
        (await browser.GetAsync("/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var post = new HttpRequestMessage(HttpMethod.Post, "/api/v1/databases/none/prune");
        post.Headers.Add("X-Surety-Request", "1");
        using var answer = await browser.SendAsync(post);
        // An admin learns that there is no such database; anybody else, that he may not.
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Who_has_none_of_the_words_is_not_let_in()
    {
        provider.User = new { sub = "8", realm_access = new { roles = new[] { "DBA", "other" } } };
        using var browser = new Browser(server);
        using var back = await SignInAsync(browser);
        back.Headers.Location!.ToString().ShouldBe("/sign-in?problem=no-role&returnUrl=%2F");
        (await browser.GetAsync("/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("https://elsewhere.example")]
    [InlineData(OidcProvider.Nobody)]
    public async Task A_provider_that_is_another_one_signs_nobody_in(string issuer)
    {
        provider.Issuer = issuer;
        using var browser = new Browser(server);
        using var answer = await browser.GetAsync("/sign-in/oidc?returnUrl=/backups");
        answer.Headers.Location!.ToString().ShouldBe("/sign-in?problem=provider&returnUrl=%2Fbackups");
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_signs_nobody_in()
    {
        provider.User = new { sub = "7", realm_access = new { roles = new[] { "dba" } } };
        using var victim = new Browser(server);
        using var begun = await victim.GetAsync("/sign-in/oidc");
        using var atProvider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var sent = await atProvider.GetAsync(begun.Headers.Location);

        // Another browser brings it: the one that asked has the cookie that belongs to its state.
        using var other = new Browser(server);
        using var back = await other.GetAsync(sent.Headers.Location!.PathAndQuery);
        back.Headers.Location!.ToString().ShouldContain("problem=provider");
        (await other.GetAsync("/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static async Task<HttpResponseMessage> SignInAsync(Browser browser)
    {
        using var begun = await browser.GetAsync("/sign-in/oidc?returnUrl=/backups");
        begun.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var atProvider = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var sent = await atProvider.GetAsync(begun.Headers.Location);
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return await browser.GetAsync(sent.Headers.Location!.PathAndQuery);
    }
}
