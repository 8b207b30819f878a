using System.Net;
using System.Net.Http.Json;
using Surety.Core.Access;
using Surety.Core.Postgres;
using Surety.Repository.Errors;
using Surety.Server;
using Surety.ServerTests.Api;
using Surety.Testing;

namespace Surety.ServerTests.Auth;

/// <summary>With which access a server starts, what <c>--no-auth</c> lets in, and what ends a session. No backup is made.</summary>
public sealed class StartTests
{
    private static readonly ConnectionTarget Nowhere = Unreached.Database();

    [Fact]
    public async Task A_server_that_nobody_could_use_does_not_start()
    {
        using var setup = new ServerSetup().Database("shop", Nowhere);
        var error = await Should.ThrowAsync<SuretyException>(() => RunningServer.StartAsync(setup, noAuth: false));
        error.Code.ShouldBe(ErrorCode.InvalidConfiguration);
        error.Hint!.ShouldContain("surety access password");
    }

    [Theory]
    [InlineData("http://0.0.0.0:7890")]
    [InlineData("http://*:7890")]
    [InlineData("http://[::]:7890")]
    [InlineData("http://backups.example.org:7890")]
    public async Task Without_auth_it_does_not_listen_to_others(string url)
    {
        using var setup = new ServerSetup().Database("shop", Nowhere);
        setup.Write();
        var environment = new Dictionary<string, string?>
        {
            ["STATE_DIRECTORY"] = setup.State,
            ["SURETY_CLI"] = ProjectFolders.Program,
        };
        var error = await Should.ThrowAsync<SuretyException>(() =>
            SuretyServer.BuildAsync(
                new ServeArguments(setup.Configuration, ["http://127.0.0.1:0", url], NoAuth: true),
                environment,
                setup.Folder
            )
        );
        error.Code.ShouldBe(ErrorCode.InvalidArgument);
        error.Message.ShouldContain(url);
    }

    [Fact]
    public async Task Without_auth_names_of_other_sites_are_not_answered()
    {
        using var setup = new ServerSetup().Database("shop", Nowhere);
        await using var server = await RunningServer.StartAsync(setup, noAuth: true);
        (await server.Client.GetAsync("/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await AnswerAsync("rebinding.example", null, HttpStatusCode.Forbidden);
        await AnswerAsync("127.0.0.1.rebinding.example", null, HttpStatusCode.Forbidden);
        await AnswerAsync("localhost", "http://elsewhere.example", HttpStatusCode.Forbidden);
        // As a browser sends it for http://any:one@localhost/.
        await AnswerAsync("localhost", "http://elsewhere.example", HttpStatusCode.Forbidden, "Basic YW55Om9uZQ==");
        await AnswerAsync("localhost", null, HttpStatusCode.NotFound);

        async Task AnswerAsync(string host, string? origin, HttpStatusCode expected, string? authorization = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/databases/none/backups")
            {
                Content = JsonContent.Create(new { }),
            };
            request.Headers.Host = host;
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            using var answer = await server.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_session_outlives_the_server_and_ends_with_the_entry_it_was_made_from()
    {
        using var setup = new ServerSetup().Database("shop", Nowhere).Section(Anna("viewer"));
        List<Cookie> cookies;
        await using (var first = await RunningServer.StartAsync(setup, noAuth: false))
        {
            using var browser = new Browser(first);
            using var signedIn = await browser.SignInAsync("anna", ApiServer.Password);
            cookies = [.. browser.Cookies];
        }

        await using (var second = await RunningServer.StartAsync(setup, noAuth: false))
        {
            (await StatusAsync(second)).ShouldBe(HttpStatusCode.OK);
        }

        using var changed = new ServerSetup().Database("shop", Nowhere).Section(Anna("operator"));
        await using (
            var third = await RunningServer.StartAsync(
                changed,
                noAuth: false,
                new Dictionary<string, string?> { ["STATE_DIRECTORY"] = setup.State }
            )
        )
        {
            (await StatusAsync(third)).ShouldBe(HttpStatusCode.Unauthorized);
        }

        async Task<HttpStatusCode> StatusAsync(RunningServer server)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/runs");
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Name}={cookie.Value}")));
            using var answer = await server.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    private static readonly string AnnasHash = PasswordHash.Of(ApiServer.Password).ToString();

    private static string Anna(string role) =>
        $"server:\n  users:\n    - name: anna\n      role: {role}\n      hash: {AnnasHash}\n";
}
