using System.Net;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Surety.Core.Access;
using Surety.Server.Auth.Keys;
using Surety.ServerTests.Api;
using Surety.Testing;
using Surety.Testing.Storage;

namespace Surety.ServerTests.Auth;

public sealed class SessionKeyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_damaged_key_ends_its_sessions_and_keeps_nobody_out()
    {
        var state = new MemoryBlobStore(TimeProvider.System);
        var keys = new FolderKeyRing(state, NullLogger<FolderKeyRing>.Instance);
        keys.StoreElement(new XElement("key"), "whole");
        await state.WriteAsync("keys/damaged.xml", "<key"u8.ToArray(), durable: true, default);

        keys.GetAllElements().ShouldHaveSingleItem().Name.LocalName.ShouldBe("key");
    }

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
