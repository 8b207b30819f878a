using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Surety.ServerTests.Scheduling;
using Surety.Testing;

namespace Surety.ServerTests.Api;

public sealed class StoppingTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_server_that_stops_answers_whoever_waits_and_lets_go_of_whoever_follows()
    {
        var shop = await postgres.CreateDatabaseAsync(SampleDatabase.Shop);
        using var setup = new ServerSetup().Database("shop", shop).Section("server:\n  log: json\n  grace: 5s");
        setup.Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        using var server = ServerProcess.Start(setup, "state");
        using var client = new HttpClient { BaseAddress = await server.ListeningAtAsync() };
        await using var block = await RunWaits.BlockAsync(shop);
        var waiting = client.PostAsJsonAsync("/api/v1/databases/shop/backups?wait=300", new { });
        var legacy = client.PostAsJsonAsync("/api/backup/create", new { });
        var followed = await FirstRunAsync(client, count: 2);
        using (await FollowAsync(client, followed))
        {
            // Leaves at once, while the watch goes on.
        }

        using var follower = await FollowAsync(client, followed);
        await server.StopAsync();

        var answer = await waiting;
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, server.Output);
        answer.Headers.Location.ShouldNotBeNull();
        var old = await legacy;
        old.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, server.Output);
        var told = await old.Content.ReadFromJsonAsync<JsonElement>();
        told.GetProperty("success").GetBoolean().ShouldBeFalse();
        told.GetProperty("message").GetString()!.ShouldStartWith("the server stops before it is done");
        (await follower.ReadToEndAsync()).ShouldNotContain("event: end");
        server.Output.ShouldNotContain("\"LogLevel\":\"Error\"");
        server.Output.ShouldNotContain("\"LogLevel\":\"Critical\"");
    }

    /// <summary>Once so many were asked for.</summary>
    private static async Task<string> FirstRunAsync(HttpClient client, int count)
    {
        JsonElement[] runs = [];
        await Eventually.Is(async () =>
        {
            var list = await client.GetFromJsonAsync<JsonElement>("/api/v1/runs");
            runs = [.. list.GetProperty("runs").EnumerateArray()];
            return runs.Length == count;
        });
        return runs[^1].GetProperty("links").GetProperty("self").GetString()!;
    }

    /// <summary>Once the first event has come.</summary>
    private static async Task<StreamReader> FollowAsync(HttpClient client, string run)
    {
        var events = new StreamReader(await client.GetStreamAsync($"{run}/events"));
        (await events.ReadLineAsync()).ShouldBe("event: progress");
        return events;
    }
}
