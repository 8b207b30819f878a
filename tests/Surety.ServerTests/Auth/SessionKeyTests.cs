using System.Net;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Surety.Core.Access;
using Surety.Server.Auth.Keys;
using Surety.Server.Auth.Sessions;
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
        const string Path = "/api/v1/runs";
        var copy = browser.CookieHeader;
        (await other.GetWithCookieAsync(Path, copy)).ShouldBe(HttpStatusCode.OK);

        await browser.PostFormAsync("/sign-out", []);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await other.GetWithCookieAsync(Path, copy) != HttpStatusCode.Unauthorized)
        {
            await Task.Delay(100, patience.Token);
        }
    }

    [Fact]
    public async Task A_server_that_starts_again_knows_who_signed_out()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var setup = new ServerSetup()
            .Database("shop", database)
            .Section($"server:\n  users:\n    - name: anna\n      hash: {PasswordHash.Of(ApiServer.Password)}\n");
        string ended;
        string lasting;
        await using (var server = await RunningServer.StartAsync(setup, noAuth: false))
        {
            using var browser = new Browser(server);
            await browser.SignInAsync("anna", ApiServer.Password);
            ended = browser.CookieHeader;
            await browser.PostFormAsync("/sign-out", []);
            await browser.SignInAsync("anna", ApiServer.Password);
            lasting = browser.CookieHeader;
        }

        await using var again = await RunningServer.StartAsync(setup, noAuth: false);
        (await again.GetWithCookieAsync("/api/v1/runs", ended)).ShouldBe(HttpStatusCode.Unauthorized);
        (await again.GetWithCookieAsync("/api/v1/runs", lasting)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_signs_out_while_that_cannot_be_kept_is_told_so_and_still_signed_in_until_it_can()
    {
        using var setup = new ServerSetup()
            .Database("shop", Unreached.Database())
            .Section($"server:\n  users:\n    - name: anna\n      hash: {PasswordHash.Of(ApiServer.Password)}\n");
        await using var server = await RunningServer.StartAsync(setup, noAuth: false);
        using var browser = new Browser(server);
        await browser.SignInAsync("anna", ApiServer.Password);
        var copy = browser.CookieHeader;
        var folder = Path.Join(setup.State, "ended-sessions");
        await File.WriteAllTextAsync(folder, "a file in its place");

        using var refused = await browser.PostFormAsync("/sign-out", []);
        refused.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("you are still signed in");
        (await browser.GetAsync("/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.GetWithCookieAsync("/api/v1/runs", copy)).ShouldBe(HttpStatusCode.OK);

        File.Delete(folder);
        using var signedOut = await browser.PostFormAsync("/sign-out", []);
        signedOut.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await server.GetWithCookieAsync("/api/v1/runs", copy)).ShouldBe(HttpStatusCode.Unauthorized);
        Directory.GetFiles(folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Sessions_that_are_over_by_themselves_are_forgotten()
    {
        var state = new MemoryBlobStore(TimeProvider.System);
        var store = new FolderEndedSessions(state);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        await store.AddAsync(new EndedSession("a", now.AddDays(7)), now, default);
        await store.AddAsync(new EndedSession("b", now.AddDays(9)), now.AddDays(8), default);
        (await store.ListAsync(default)).Select(session => session.Id).ShouldBe(["b"]);
    }
}
