using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Server.Alerts;
using Surety.Server.Runs;
using Surety.ServerTests.Health;
using Surety.Testing;

namespace Surety.ServerTests.Alerts;

/// <summary>Alerts of real servers that share a job store.</summary>
public sealed class SharedAlertsTests(PostgresFixture postgres)
    : IClassFixture<PostgresFixture>,
        IAsyncLifetime,
        IDisposable
{
    private readonly ServerSetup setup = new();
    private WebhookReceiver receiver = null!;
    private ConnectionTarget shop = null!;
    private ConnectionTarget jobs = null!;

    public async Task InitializeAsync()
    {
        receiver = await WebhookReceiver.StartAsync();
        shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        jobs = await postgres.CreateDatabaseAsync();
        setup
            .Database("shop", shop)
            .Section($"server:\n  job-store: \"{ServerSetup.UrlOf(jobs)}\"\n  check-in: 1s\n  grace: 5s")
            .Section($"alerts:\n  channels:\n    ops:\n      webhook: {receiver.Address}hook");
    }

    public async Task DisposeAsync() => await receiver.DisposeAsync();

    public void Dispose() => setup.Dispose();

    [Fact]
    public async Task One_finding_of_two_servers_is_told_once_and_known_to_the_other_when_the_one_ends()
    {
        var one = await StartAsync("one");
        await using var two = await StartAsync("two");
        await PostgresFixture.AllowConnectionsAsync(shop, false);
        (await one.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);

        for (var look = 0; look < 3; look++)
        {
            var told = await Task.WhenAll(CheckAsync(one), CheckAsync(two));
            told.Count(isTold => isTold).ShouldBe(1);
        }

        (await receiver.NextAsync()).Text("key").ShouldBe("backup-failed:shop");
        await SentAsync(one);
        await SentAsync(two);
        receiver.IsEmpty.ShouldBeTrue();

        await one.DisposeAsync();
        await Eventually.Is(() => CheckAsync(two));
        two.Get<AlertWatch>().Book.Open.Keys.ShouldBe(["backup-failed:shop"]);
        await SentAsync(two);
        receiver.IsEmpty.ShouldBeTrue();

        await PostgresFixture.AllowConnectionsAsync(shop, true);
        (await two.RunAsync("backup", "shop")).State.ShouldBe(RunState.Done);
        (await NextAsync(two)).Text("event").ShouldBe("recovered");
    }

    [Fact]
    public async Task A_job_store_that_is_away_is_told_and_told_over()
    {
        await using var server = await StartAsync("one");
        (await CheckAsync(server)).ShouldBeTrue();

        await PostgresFixture.AllowConnectionsAsync(jobs, false);
        var away = await NextAsync(server);
        away.Text("event").ShouldBe("opened");
        away.Text("key").ShouldBe("job-store-unreachable:shop");
        away.Text("severity").ShouldBe("high");

        await PostgresFixture.AllowConnectionsAsync(jobs, true);
        var back = await NextAsync(server);
        back.Text("event").ShouldBe("recovered");
        back.Text("key").ShouldBe("job-store-unreachable:shop");
        receiver.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Every_server_shows_what_the_one_that_tells_has_found()
    {
        await using var one = await StartAsync("one");
        await using var two = await StartAsync("two");
        await PostgresFixture.AllowConnectionsAsync(shop, false);
        (await one.RunAsync("backup", "shop")).State.ShouldBe(RunState.Failed);
        // The one that tells looks in the first round, whichever it is; the other knows of it in the second.
        await Task.WhenAll(CheckAsync(one), CheckAsync(two));
        await Task.WhenAll(CheckAsync(one), CheckAsync(two));

        foreach (var server in new[] { one, two })
        {
            var alerts = await AlertsAsync(server);
            alerts.GetProperty("open")[0].GetProperty("key").GetString().ShouldBe("backup-failed:shop");
            alerts.GetProperty("lookedAt").GetDateTimeOffset().ShouldNotBe(default);
            var page = await PageAsync(server);
            page.ShouldContain("the last backup of shop failed");
            page.ShouldNotContain("Nothing is wrong");
            (await MetricsAsync(server)).Value("surety_alerts_firing", ("severity", "high")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task While_nobody_has_looked_nobody_says_that_nothing_is_wrong()
    {
        await using var store = await JobStore.OpenAsync(ServerSetup.UrlOf(jobs), new Dictionary<string, string?>());
        await using var turn = new SharedTurn(store);
        (await turn.TakeAsync(CancellationToken.None)).ShouldBeTrue();
        await using var server = await StartAsync("one");
        (await CheckAsync(server)).ShouldBeFalse();

        var alerts = await AlertsAsync(server);
        alerts.GetProperty("lookedAt").ValueKind.ShouldBe(JsonValueKind.Null);
        alerts.GetProperty("open").ValueKind.ShouldBe(JsonValueKind.Null);
        var page = await PageAsync(server);
        page.ShouldContain("Nobody has looked yet.");
        page.ShouldNotContain("Nothing is wrong");
        (await MetricsAsync(server)).Types.ShouldNotContainKey("surety_alerts_firing");

        await turn.DisposeAsync();
        await Eventually.Is(() => CheckAsync(server));
        (await AlertsAsync(server)).GetProperty("open").GetArrayLength().ShouldBe(0);
        (await PageAsync(server)).ShouldContain("Nothing is wrong.");
        (await MetricsAsync(server)).Value("surety_alerts_firing", ("severity", "high")).ShouldBe(0);
    }

    private static async Task<JsonElement> AlertsAsync(RunningServer server) =>
        JsonElement.Parse(await server.Client.GetStringAsync(new Uri("/api/v1/alerts", UriKind.Relative)));

    private static Task<string> PageAsync(RunningServer server) =>
        server.Client.GetStringAsync(new Uri("/alerts", UriKind.Relative));

    private static async Task<PrometheusReader> MetricsAsync(RunningServer server) =>
        PrometheusReader.Read(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    private Task<RunningServer> StartAsync(string name) =>
        RunningServer.StartAsync(
            setup,
            environment: new Dictionary<string, string?> { ["STATE_DIRECTORY"] = Path.Join(setup.Folder, name) }
        );

    private static Task<bool> CheckAsync(RunningServer server) =>
        server.Get<AlertWatch>().CheckAsync(CancellationToken.None);

    /// <summary>Looks until something is told.</summary>
    private async Task<Posted> NextAsync(RunningServer server)
    {
        await Eventually.Is(async () => await CheckAsync(server) && !receiver.IsEmpty);
        return await receiver.NextAsync();
    }

    private static Task SentAsync(RunningServer server) =>
        Eventually.Is(() => server.Get<AlertSender>().Channels[0].Waiting == 0);
}
