using System.Net;
using System.Net.Http.Json;
using Surety.ServerTests.Api;
using Surety.Testing;

namespace Surety.ServerTests.Auth;

/// <summary>People: signing in with a password, what a session may do and what other sites may not do with it.</summary>
public sealed class SignInTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Databases = "/api/v1/databases";
    private const string Backups = "/api/v1/databases/shop/backups";

    [Fact]
    public async Task A_password_opens_a_session_that_signing_out_ends()
    {
        using var browser = new Browser(server.Server);
        using var sent = await browser.GetAsync("/somewhere?x=1");
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        sent.Headers.Location!.PathAndQuery.ShouldBe("/sign-in?returnUrl=%2Fsomewhere%3Fx%3D1");

        using var signedIn = await browser.SignInAsync("anna", ApiServer.Password, "/backups");
        signedIn.Headers.Location!.ToString().ShouldBe("/backups");
        var cookie = browser.Cookies.Single(cookie => cookie.Name == "surety");
        cookie.HttpOnly.ShouldBeTrue();
        signedIn
            .Headers.GetValues("Set-Cookie")
            .First(text => text.StartsWith("surety=", StringComparison.Ordinal))
            .ShouldContain("samesite=lax");
        (await browser.GetAsync(Databases)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var signedOut = await browser.PostFormAsync("/sign-out", []);
        signedOut.Headers.Location!.ToString().ShouldBe("/sign-in");
        (await browser.GetAsync(Databases)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_ends_the_copies_of_a_cookie_and_no_other_session()
    {
        using var browser = new Browser(server.Server, "192.0.2.10");
        using var elsewhere = new Browser(server.Server, "192.0.2.11");
        await browser.SignInAsync("anna", ApiServer.Password);
        await elsewhere.SignInAsync("anna", ApiServer.Password);
        var copy = browser.CookieHeader;
        (await server.Server.GetWithCookieAsync(Databases, copy)).ShouldBe(HttpStatusCode.OK);

        await browser.PostFormAsync("/sign-out", []);
        (await server.Server.GetWithCookieAsync(Databases, copy)).ShouldBe(HttpStatusCode.Unauthorized);
        (await elsewhere.GetAsync(Databases)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_signs_out_follows_no_run_any_more()
    {
        using var browser = new Browser(server.Server, "192.0.2.12");
        await browser.SignInAsync("anna", ApiServer.Password);
        var sleeping = new { files = new[] { new { name = "V1.sql", sql = "SELECT pg_sleep(600);" } } };
        var run = await ApiServer.ResultAsync(await server.PostAsync("admin", "databases/shop/rehearse", sleeping));
        var self = $"/api/v1/runs/{run.GetProperty("id").GetString()}";
        using var stream = await browser.OpenAsync($"{self}/events");
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync());
        (await events.ReadLineAsync()).ShouldBe("event: progress");

        await browser.PostFormAsync("/sign-out", []);
        await server.PostAsync("admin", $"{self}/cancel");
        (await events.ReadToEndAsync()).ShouldNotContain("event: end");
    }

    [Theory]
    [InlineData("//elsewhere.example/x")]
    [InlineData("/\\elsewhere.example")]
    [InlineData("https://elsewhere.example")]
    [InlineData("javascript:alert(1)")]
    public async Task Nobody_is_sent_to_another_site(string returnUrl)
    {
        using var browser = new Browser(server.Server, "192.0.2.9");
        using var signedIn = await browser.SignInAsync("anna", ApiServer.Password, returnUrl);
        signedIn.Headers.Location!.ToString().ShouldBe("/");
        using var wrong = await browser.SignInAsync("anna", "wrong", returnUrl);
        wrong.Headers.Location!.ToString().ShouldBe("/sign-in?problem=wrong&returnUrl=%2F");
    }

    [Fact]
    public async Task Who_guesses_passwords_is_locked_out_and_others_are_not()
    {
        using var guesser = new Browser(server.Server, "192.0.2.1");
        var answers = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            using var answer = await guesser.SignInAsync("otto", $"guess {i}");
            answers.Add(answer.Headers.Location!.ToString());
        }

        answers[..5].ShouldAllBe(location => location.Contains("problem=wrong"));
        answers[5..].ShouldAllBe(location => location.Contains("problem=locked") && location.Contains("wait="));
        using var right = await guesser.SignInAsync("otto", ApiServer.Password);
        right.Headers.Location!.ToString().ShouldContain("problem=locked");

        using var otto = new Browser(server.Server, "192.0.2.2");
        using var own = await otto.SignInAsync("otto", ApiServer.Password);
        own.Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_answered_as_a_wrong_password()
    {
        using var browser = new Browser(server.Server, "192.0.2.3");
        using var unknown = await browser.SignInAsync("nobody", ApiServer.Password);
        using var wrong = await browser.SignInAsync("anna", "wrong");
        unknown.Headers.Location.ShouldBe(wrong.Headers.Location);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = new Browser(server.Server, "192.0.2.4");
        var fields = new Dictionary<string, string> { ["name"] = "anna", ["password"] = ApiServer.Password };
        using var answer = await browser.PostFormAsync("/sign-in", fields, withToken: false);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        browser.Cookies.ShouldNotContain(cookie => cookie.Name == "surety");
    }

    [Theory]
    [InlineData(1, HttpStatusCode.Redirect)]
    [InlineData(300 * 1024, HttpStatusCode.BadRequest)]
    public async Task What_nobody_sends_to_sign_in_is_read_no_further_than_a_form_can_be(
        int length,
        HttpStatusCode status
    )
    {
        using var browser = new Browser(server.Server, "192.0.2.9");
        var fields = new Dictionary<string, string> { ["name"] = "nobody", ["password"] = new('x', length) };
        using var answer = await browser.PostFormAsync("/sign-in", fields);
        answer.StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData(null, null, null, 403)]
    [InlineData("X-Surety-Request", "1", null, 202)]
    [InlineData("X-Surety-Request", "1", "https://elsewhere.example", 403)]
    [InlineData("X-Surety-Request", "1", "null", 403)]
    public async Task Another_site_does_nothing_with_a_session(
        string? header,
        string? value,
        string? origin,
        int status
    )
    {
        using var browser = new Browser(server.Server, "192.0.2.5");
        using var signedIn = await browser.SignInAsync("anna", ApiServer.Password);
        using var request = new HttpRequestMessage(HttpMethod.Post, Backups) { Content = JsonContent.Create(new { }) };
        if (header is not null)
        {
            request.Headers.Add(header, value);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await browser.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task A_session_has_the_role_of_its_user()
    {
        using var browser = new Browser(server.Server, "192.0.2.6");
        using var signedIn = await browser.SignInAsync("otto", ApiServer.Password);
        using var request = new HttpRequestMessage(HttpMethod.Post, Backups) { Content = JsonContent.Create(new { }) };
        request.Headers.Add("X-Surety-Request", "1");
        await ApiServer.ProblemAsync(await browser.SendAsync(request), 403, "access-refused");
    }

    [Fact]
    public async Task Every_answer_tells_browsers_to_be_careful()
    {
        using var answer = await server.Server.Client.GetAsync("/openapi/v1.json");
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldContain("script-src 'self';");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("same-origin");
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        using var browser = new Browser(server.Server, "192.0.2.7");
        HttpResponseMessage? refused = null;
        await Eventually.Is(async () =>
        {
            // Again where that took so long that it was not too often.
            var answers = await Task.WhenAll(Enumerable.Range(0, 450).Select(_ => browser.GetAsync(Databases, "*/*")));
            refused = answers.FirstOrDefault(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
            return refused is not null;
        });
        refused!.Headers.RetryAfter.ShouldNotBeNull();
        using var other = new Browser(server.Server, "192.0.2.8");
        (await other.GetAsync(Databases, "*/*")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
