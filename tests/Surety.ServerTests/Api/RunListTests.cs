using System.Net.Http.Headers;
using System.Text.Json;
using Surety.Core.Access;
using Surety.Server.Runs;

namespace Surety.ServerTests.Api;

/// <summary>Lists of runs that are longer than a page.</summary>
public sealed class RunListTests
{
    private const int Runs = 60;
    private static readonly string Admin = AccessToken.New();
    private static readonly string Viewer = AccessToken.New();

    [Fact]
    public async Task Older_runs_are_reached_page_by_page_by_the_api_and_by_the_dashboard()
    {
        using var setup = new ServerSetup().Database("shop", Unreached.Database()).Section(Access());
        await using var server = await RunningServer.StartAsync(setup, noAuth: false);
        var all = await FillAsync(server.Get<IRunStore>());

        (await ReadAllAsync(server, Admin, "/api/v1/runs?limit=7")).ShouldBe(all.Select(run => $"{run.Id}"));
        // Those of all databases are not for him, and are no end of the list.
        (await ReadAllAsync(server, Viewer, "/api/v1/runs?limit=7&operation=verify")).ShouldBe(
            all.Where(run => run.Request is { IsOfAllDatabases: false, Operation: "verify" }).Select(run => $"{run.Id}")
        );
        await ApiServer.ProblemAsync(
            await GetAsync(server, Viewer, $"/api/v1/runs?before={all.First(run => run.Request.IsOfAllDatabases).Id}"),
            404,
            "run-not-found"
        );
        await ApiServer.ProblemAsync(await GetAsync(server, Admin, "/api/v1/runs?before=x"), 404, "run-not-found");

        var first = await PageAsync(server, "/runs?state=ended");
        first.ShouldContain($"/runs/{all[0].Id}\"");
        first.ShouldNotContain($"/runs/{all[^1].Id}\"");
        first.ShouldNotContain(">Newest<");
        var older = first.Split('"').Single(part => part.Contains("before=", StringComparison.Ordinal));
        older.ShouldContain("state=ended");
        var last = await PageAsync(server, older.Replace("&amp;", "&", StringComparison.Ordinal));
        last.ShouldContain($"/runs/{all[^1].Id}\"");
        last.ShouldContain(">Newest<");
        last.ShouldNotContain(">Older<");
    }

    /// <summary>The newest first.</summary>
    private static async Task<IReadOnlyList<Run>> FillAsync(IRunStore store)
    {
        var at = DateTimeOffset.UtcNow;
        var runs = Enumerable
            .Range(0, Runs)
            .Select(number => new Run
            {
                Id = RunId.New(at.AddMinutes(-number)),
                QueuedAt = at.AddMinutes(-number),
                FinishedAt = at,
                State = RunState.Done,
                Request = new RunRequest
                {
                    Operation = number % 2 == 0 ? "backup" : "verify",
                    Database = "shop",
                    // More in a row than fit on a page.
                    IsOfAllDatabases = number is > 10 and < 50,
                    RequestedBy = "test",
                },
            })
            .ToList();
        foreach (var run in runs)
        {
            await store.AddAsync(run, default);
        }

        return runs;
    }

    private static async Task<List<string>> ReadAllAsync(RunningServer server, string token, string address)
    {
        var ids = new List<string>();
        for (string? next = address; next is not null; )
        {
            var page = await ApiServer.ResultAsync(await GetAsync(server, token, next));
            ids.AddRange(page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetString()!));
            next = page.GetProperty("next") is { ValueKind: JsonValueKind.String } more ? more.GetString() : null;
        }

        return ids;
    }

    private static async Task<string> PageAsync(RunningServer server, string address)
    {
        using var answer = await GetAsync(server, Admin, address);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<HttpResponseMessage> GetAsync(RunningServer server, string token, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await server.Client.SendAsync(request);
    }

    private static string Access() =>
        $"server:\n  tokens:\n    - name: admin\n      role: admin\n      hash: {AccessToken.HashOf(Admin)}\n"
        + $"    - name: viewer\n      role: viewer\n      hash: {AccessToken.HashOf(Viewer)}\n      databases: [shop]\n";
}
