using System.Net;
using System.Net.Http.Headers;
using Surety.Core.Access;
using Surety.Server.Auth;
using Surety.ServerTests.Api;
using Surety.Testing;
using static System.FormattableString;

namespace Surety.ServerTests.Auth;

/// <summary>A program that runs wild keeps nobody else waiting.</summary>
public sealed class RequestLimitTests
{
    private const string Change = "/api/v1/runs/20260101T000000Z-abcdef/cancel";
    private const int AtOnce = 50;

    [Fact]
    public async Task Who_changes_too_much_is_told_to_wait_and_may_still_look_as_others_may_change()
    {
        var (wild, calm) = (AccessToken.New(), AccessToken.New());
        using var setup = new ServerSetup()
            .Database("shop", Unreached.Database())
            .Section($"server:\n  tokens:\n{Token("wild", wild)}{Token("calm", calm)}");
        await using var server = await RunningServer.StartAsync(setup, noAuth: false);

        var allowed = 0;
        HttpResponseMessage? refused = null;
        while (refused is null)
        {
            foreach (var answer in await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => SendAsync(wild))))
            {
                refused = answer.StatusCode == HttpStatusCode.TooManyRequests ? answer : refused;
                allowed += answer.StatusCode == HttpStatusCode.NotFound ? 1 : 0;
            }
        }

        allowed.ShouldBeGreaterThanOrEqualTo(RequestLimits.OfChanges.AtOnce);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        await ApiServer.ProblemAsync(refused, 429, "too-many-requests");
        (await SendAsync(wild, HttpMethod.Get, "/api/v1/runs")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(calm)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await Eventually.Is(async () => (await SendAsync(wild)).StatusCode == HttpStatusCode.NotFound);

        async Task<HttpResponseMessage> SendAsync(string token, HttpMethod? method = null, string address = Change)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Post, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await server.Client.SendAsync(request);
        }
    }

    [Fact]
    public void The_documentation_has_the_limits_that_are_in_force()
    {
        var text = File.ReadAllText(Path.Combine(ProjectFolders.Root, "docs", "server.md"));
        text.ShouldContain(
            Invariant(
                $"A caller may ask {PerSecond(RequestLimits.OfKnown)} times a second ({RequestLimits.OfKnown.AtOnce:N0} at once), "
            )
                + Invariant(
                    $"and change something {PerSecond(RequestLimits.OfChanges)} times ({RequestLimits.OfChanges.AtOnce:N0} at once); "
                )
                + Invariant($"strangers {PerSecond(RequestLimits.OfStrangers)} times a second from one address")
        );
    }

    /// <summary>As the limiter counts it.</summary>
    private static double PerSecond(Allowance allowance)
    {
        var bucket = allowance.ToBucket();
        return bucket.TokensPerPeriod / bucket.ReplenishmentPeriod.TotalSeconds;
    }

    private static string Token(string name, string token) =>
        $"    - name: {name}\n      role: admin\n      hash: {AccessToken.HashOf(token)}\n";
}
