using System.Net;
using System.Text.Json;
using Surety.Core.Access;
using Surety.Server.Alerts;
using Surety.Testing;

namespace Surety.ServerTests.Health;

public sealed class HealthEndpointTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly string Token = AccessToken.New();
    private static readonly string Locked =
        $"server:\n  tokens:\n    - name: ci\n      hash: {AccessToken.HashOf(Token)}\n      role: viewer";

    [Fact]
    public async Task A_server_is_alive_and_ready_and_its_backups_are_healthy_once_proven()
    {
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop));
        await using var server = await RunningServer.StartAsync(setup);

        (await AskAsync(server, "/health/live")).ShouldBe((HttpStatusCode.OK, """{"status":"alive"}"""));
        (await AskAsync(server, "/health/ready")).ShouldBe((HttpStatusCode.OK, """{"status":"ready"}"""));
        var (status, body) = await AskAsync(server, "/health/backups");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var shop = JsonDocument.Parse(body).RootElement.GetProperty("databases")[0];
        shop.GetProperty("name").GetString().ShouldBe("shop");
        shop.GetProperty("faults")[0].GetString().ShouldBe("missing");

        await server.RunAsync("backup", "shop");
        await server.RunAsync("verify", "shop");
        (status, body) = await AskAsync(server, "/health/backups");
        status.ShouldBe(HttpStatusCode.OK);
        JsonDocument.Parse(body).RootElement.GetProperty("status").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task A_server_without_its_repository_is_alive_and_not_ready()
    {
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync());
        await using var server = await RunningServer.StartAsync(setup);
        Directory.Delete(setup.RepositoryPath(), recursive: true);

        (await AskAsync(server, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        await Eventually.Is(async () =>
            (await AskAsync(server, "/health/ready")).Status == HttpStatusCode.ServiceUnavailable
        );
        (await AskAsync(server, "/health/ready")).Body.ShouldContain($"there is no folder {setup.RepositoryPath()}");
    }

    [Fact]
    public async Task Somebody_without_a_token_gets_a_word_and_no_names_and_no_metrics()
    {
        using var setup = new ServerSetup().Database("shop", await postgres.CreateDatabaseAsync()).Section(Locked);
        await using var server = await RunningServer.StartAsync(setup, noAuth: false);

        (await AskAsync(server, "/health/live")).ShouldBe((HttpStatusCode.OK, """{"status":"alive"}"""));
        (await AskAsync(server, "/health/backups")).ShouldBe(
            (HttpStatusCode.ServiceUnavailable, """{"status":"unhealthy"}""")
        );
        (await AskAsync(server, "/metrics")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(server, "/api/v1/alerts")).Status.ShouldBe(HttpStatusCode.Unauthorized);

        server.Client.DefaultRequestHeaders.Authorization = new("Bearer", Token);
        (await AskAsync(server, "/health/backups")).Body.ShouldContain("\"name\":\"shop\"");
        (await AskAsync(server, "/metrics")).Body.ShouldContain("surety_database_healthy{database=\"shop\"} 0\n");
        (await TestAsync(server, "ops")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Alerts_and_channels_are_shown_and_tested_by_the_api_without_addresses()
    {
        await using var receiver = await Alerts.WebhookReceiver.StartAsync();
        using var setup = new ServerSetup()
            .Database("shop", await postgres.CreateDatabaseAsync(), "targets:\n  rpo: 1h")
            .Section($"alerts:\n  channels:\n    ops:\n      webhook: {receiver.Address}secret-path");
        await using var server = await RunningServer.StartAsync(setup);
        await server.Get<AlertWatch>().CheckAsync(CancellationToken.None);
        (await receiver.NextAsync()).Text("key").ShouldBe("backup-overdue:shop");

        var alerts = JsonDocument.Parse((await AskAsync(server, "/api/v1/alerts")).Body).RootElement;
        alerts.GetProperty("open")[0].GetProperty("key").GetString().ShouldBe("backup-overdue:shop");
        alerts.GetProperty("open")[0].GetProperty("severity").GetString().ShouldBe("critical");
        var channels = (await AskAsync(server, "/api/v1/alerts/channels")).Body;
        channels.ShouldContain("\"name\":\"ops\"");
        channels.ShouldNotContain("secret-path");

        (await TestAsync(server, "ops")).ShouldBe(HttpStatusCode.OK);
        (await receiver.NextAsync()).Text("event").ShouldBe("test");
    }

    private static async Task<HttpStatusCode> TestAsync(RunningServer server, string channel)
    {
        using var body = new StringContent($"{{\"channel\":\"{channel}\"}}", null, "application/json");
        using var response = await server.Client.PostAsync(new Uri("/api/v1/alerts/test", UriKind.Relative), body);
        return response.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(RunningServer server, string path)
    {
        using var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
