using System.Net;
using Surety.Core.Access;
using Surety.ServerTests.Api;
using Surety.Testing;

namespace Surety.ServerTests.Auth;

public sealed class SessionKeyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_session_of_one_server_is_one_of_all_that_share_a_job_store()
    {
        var store = await postgres.CreateDatabaseAsync();
        var access =
            $"server:\n  job-store: \"{ServerSetup.UrlOf(store)}\"\n  users:\n    - name: anna\n      hash: {PasswordHash.Of(ApiServer.Password)}\n";
        using var setup = new ServerSetup().Database("shop", store).Section(access);
        using var otherSetup = new ServerSetup().Database("shop", store).Section(access);
        await using var one = await RunningServer.StartAsync(setup, noAuth: false);
        await using var other = await RunningServer.StartAsync(otherSetup, noAuth: false);

        using var browser = new Browser(one);
        using var signedIn = await browser.SignInAsync("anna", ApiServer.Password);
        signedIn.Headers.Location!.ToString().ShouldBe("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/runs");
        request.Headers.Add(
            "Cookie",
            string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Name}={cookie.Value}"))
        );
        using var answer = await other.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
