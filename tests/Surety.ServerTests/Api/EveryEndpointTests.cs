using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Surety.Core.Access;
using Surety.Core.Configuration.Serving;
using Surety.ServerTests.Auth;

namespace Surety.ServerTests.Api;

/// <summary>Asks the server itself which endpoints it has, so that a new one cannot be forgotten.</summary>
[Collection(nameof(ApiServer))]
public sealed class EveryEndpointTests(ApiServer server)
{
    [Fact]
    public async Task Nobody_gets_in_without_a_token_or_with_a_wrong_one()
    {
        Endpoints().Count.ShouldBeGreaterThan(30);
        foreach (var endpoint in Endpoints())
        {
            using var request = new HttpRequestMessage(endpoint.Method, endpoint.Address(server.Backup));
            using var none = await server.Server.Client.SendAsync(request);
            await ApiServer.ProblemAsync(none, 401, "not-signed-in");
            foreach (
                var token in new[]
                {
                    AccessToken.New(),
                    "surety_",
                    new string('x', 10_000),
                    server.TokenOf("viewer") + "x",
                }
            )
            {
                await ApiServer.ProblemAsync(
                    await server.SendAsync(token, endpoint.Method, endpoint.Address(server.Backup)),
                    401,
                    "not-signed-in"
                );
            }
        }
    }

    [Fact]
    public async Task Of_what_is_no_api_only_what_is_named_here_is_for_strangers()
    {
        string[] forAll =
        [
            "/do/theme",
            "/health/backups",
            "/health/live",
            "/health/ready",
            "/openapi/{documentName}.json",
            "/sign-in",
            "/sign-out",
        ];
        var routes = server
            .Server.Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route => !route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Where(route => route.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
            .ToLookup(
                route => route.Metadata.GetMetadata<IAllowAnonymous>() is not null,
                route => $"/{route.RoutePattern.RawText!.TrimStart('/')}"
            );
        routes[true].Distinct().Order().ShouldBe(forAll);

        routes[false].ShouldContain("/report/{repository}");
        foreach (var pattern in routes[false].Distinct())
        {
            var address = pattern
                .Replace("{repository}", "main", StringComparison.Ordinal)
                .Replace("{operation}", "backup", StringComparison.Ordinal)
                .Replace("{database}", "shop", StringComparison.Ordinal);
            var method = pattern.StartsWith("/do/", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get;
            foreach (var (accept, status) in new[] { ("*/*", 401), ("text/html", 302) })
            {
                using var browser = new Browser(server.Server);
                using var request = new HttpRequestMessage(method, address);
                request.Headers.Add("Accept", accept);
                using var answer = await browser.SendAsync(request);
                ((int)answer.StatusCode).ShouldBe(status, $"{pattern} {accept}");
            }
        }
    }

    [Fact]
    public async Task A_token_of_another_database_reaches_nothing_of_this_one()
    {
        foreach (
            var endpoint in Endpoints()
                .Where(endpoint => endpoint.Pattern.Contains("{database}", StringComparison.Ordinal))
        )
        {
            var answer = await server.SendAsync("stranger", endpoint.Method, endpoint.Address(server.Backup));
            await ApiServer.ProblemAsync(answer, 403, "access-refused");
        }
    }

    [Fact]
    public async Task What_tells_of_all_databases_takes_a_role_for_all()
    {
        foreach (var address in new[] { "/metrics", "/api/v1/alerts/channels" })
        {
            await ApiServer.ProblemAsync(await server.GetAsync("stranger", address), 403, "access-refused");
            using var answer = await server.GetAsync("viewer", address);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        var test = await server.PostAsync("stranger", "alerts/test", new { channel = "ops" });
        await ApiServer.ProblemAsync(test, 403, "access-refused");
    }

    [Fact]
    public async Task What_changes_something_takes_more_than_a_viewer()
    {
        foreach (var endpoint in Endpoints().Where(endpoint => endpoint.Method != HttpMethod.Get))
        {
            var answer = await server.SendAsync(
                "viewer",
                endpoint.Method,
                endpoint.Address(server.Backup),
                endpoint.Body("{}")
            );
            await ApiServer.ProblemAsync(answer, 403, "access-refused");
        }
    }

    [Fact]
    public async Task A_body_that_is_not_understood_is_refused()
    {
        foreach (var endpoint in Endpoints().Where(endpoint => endpoint.TakesBody))
        {
            foreach (
                var body in new[]
                {
                    "{",
                    "[]",
                    "{\"noSuchMember\": 1}",
                    "{\"timeout\": 5}",
                    "{\"database\":\"a\",\"database\":\"b\"}",
                }
            )
            {
                var answer = await server.SendAsync(
                    "admin",
                    endpoint.Method,
                    endpoint.Address(server.Backup),
                    endpoint.Body(body)
                );
                await ApiServer.ProblemAsync(answer, 400, "invalid-argument");
            }

            var form = new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded");
            await ApiServer.ProblemAsync(
                await server.SendAsync("admin", endpoint.Method, endpoint.Address(server.Backup), form),
                415,
                "request-type-unsupported"
            );
        }
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_not_read()
    {
        var long256 = $"{{\"description\": \"{new string('x', 300 * 1024)}\"}}";
        await ApiServer.ProblemAsync(
            await server.SendAsync(
                "operator",
                HttpMethod.Post,
                "databases/shop/backups",
                new StringContent(long256, Encoding.UTF8, "application/json")
            ),
            413,
            "request-too-large"
        );
    }

    [Fact]
    public async Task The_description_lists_every_endpoint()
    {
        using var answer = await server.Server.Client.GetAsync("/openapi/v1.json");
        var document = await ApiServer.ResultAsync(answer);
        var paths = document.GetProperty("paths");
        foreach (var endpoint in Endpoints())
        {
            var operation = paths.GetProperty(endpoint.Pattern).GetProperty(endpoint.Method.Method.ToLowerInvariant());
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace(endpoint.Pattern);
            operation.GetProperty("responses").TryGetProperty("401", out _).ShouldBeTrue(endpoint.Pattern);
            if (endpoint.TakesBody)
            {
                operation.TryGetProperty("requestBody", out _).ShouldBeTrue(endpoint.Pattern);
            }
        }

        var schemes = document.GetProperty("components").GetProperty("securitySchemes");
        schemes.GetProperty("token").GetProperty("scheme").GetString().ShouldBe("bearer");
        document.GetProperty("security").GetArrayLength().ShouldBe(2);
        DescriptionOf("RollbackRequest", "confirm").ShouldContain("name of the database");
        foreach (var word in Enum.GetNames<MissedRuns>())
        {
            DescriptionOf("ScheduleDocument", "missed").ShouldContain($" {word.ToLowerInvariant()} ");
        }

        string DescriptionOf(string schema, string member)
        {
            var described = document.GetProperty("components").GetProperty("schemas").GetProperty(schema);
            var property = described.GetProperty("properties").GetProperty(member);
            return $" {property.GetProperty("description").GetString()!.TrimEnd('.')} ";
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/no-such-thing", 404)]
    [InlineData("PATCH", "/api/v1/databases", 405)]
    [InlineData("GET", "/api/v1/databases/shop/backups/..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("GET", "/api/v1/runs/..%2fx", 404)]
    [InlineData("GET", "/api/v1/databases/no-such-database", 404)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int status)
    {
        using var answer = await server.SendAsync("admin", new HttpMethod(method), path);
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    private IReadOnlyList<ServedEndpoint> Endpoints() => ServedEndpoint.AllOf(server.Server);
}
