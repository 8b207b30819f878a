using System.Net;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Surety.Core.Access;
using Surety.Server.Runs;
using Surety.Testing;

namespace Surety.ServerTests.Dashboard;

/// <summary>What pages show of the configuration, of one that cannot be worked out too.</summary>
public sealed class SettingsPageTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Secret = "s3cret";
    private static readonly string[] Unset = ["UNSET_URL", "UNSET_PATH"];

    [Fact]
    public async Task A_database_or_repository_that_needs_what_is_not_set_takes_no_page_down_and_is_told_of()
    {
        using var setup = new ServerSetup()
            .DatabaseAt("unset", "${UNSET_URL}", Busy)
            .Database("shop", await postgres.CreateDatabaseAsync(SampleDatabase.Shop), Busy)
            .Database("lost", Unreached.Database(), "repository: nowhere")
            .RepositoryAt("nowhere", "${UNSET_PATH}");
        await using var server = await RunningServer.StartAsync(setup);
        var run = await server.RunAsync("backup", "shop");
        run.State.ShouldBe(RunState.Done, $"{run.Error}");

        var pages = server
            .Get<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<ComponentTypeMetadata>() is not null)
            .Select(route => $"/{route.RoutePattern.RawText!.TrimStart('/')}")
            .Where(page => page.StartsWith("/{", StringComparison.Ordinal) is false)
            .ToList();
        pages.Count.ShouldBeGreaterThan(10);
        foreach (var page in pages.Append("/report/main").SelectMany(page => AddressesOf(page, run)))
        {
            using var answer = await server.Client.GetAsync(page);
            var text = await answer.Content.ReadAsStringAsync();
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{page}: {text}");
            foreach (var name in ToldBy(page))
            {
                text.ShouldContain(name, Case.Sensitive, page);
            }
        }

        using var report = await server.Client.GetAsync("/report/nowhere");
        (await report.Content.ReadAsStringAsync()).ShouldContain("UNSET_PATH");
    }

    [Fact]
    public async Task Everything_that_is_set_is_shown_and_no_secret_is()
    {
        var variables = new Dictionary<string, string?>
        {
            ["HOOK"] = $"http://hooks.example/{Secret}-address",
            ["SIGNATURE"] = $"{Secret}-signature",
            ["CHAT"] = $"http://chat.example/{Secret}-chat",
            ["BEAT"] = $"http://beat.example/{Secret}-beat",
            ["MAIL"] = $"{Secret}-mail",
            ["STORE"] = $"http://{Secret}@store.example",
        };
        using var setup = new ServerSetup()
            .Database(
                "shop",
                Unreached.Database($"{Secret}-database"),
                "targets: { rpo: 25h, rto: 7m }\nretention: { keep-last: 41 }\n"
                    + "schedule: { cron: '17 3 29 2 *', time-zone: Europe/Berlin, every: 999h, missed: skip, timeout: 43m }\n"
                    + "after-backup: { copy: [second], prune: true, drill: 9 }"
            )
            .Repository("second")
            .Section(
                $$"""
                server:
                  jobs: 3
                  grace: 37s
                  log: json
                  proxies: [10.9.8.0/24]
                  users:
                    - name: anna
                      role: operator
                      databases: [shop]
                      hash: {{PasswordHash.Of(Secret)}}
                alerts:
                  remind: 11h
                  failures: 6
                  shrink: 23%
                  storage: 19GB
                  heartbeat: { url: "${BEAT}", every: 47m }
                  channels:
                    hook: { webhook: "${HOOK}", secret: "${SIGNATURE}", minimum: high, databases: [shop], timeout: 12s }
                    chat: { slack: "${CHAT}" }
                    mail:
                      email:
                        host: smtp.example
                        port: 2525
                        from: surety@example.com
                        to: [ops@example.com]
                        user: surety
                        password: ${MAIL}
                """
            );
        await using var server = await RunningServer.StartAsync(setup, environment: variables);

        var text = WebUtility.HtmlDecode(await server.Client.GetStringAsync("/settings"));

        text.ShouldNotContain(Secret);
        foreach (
            var shown in new[]
            {
                "25 h",
                "7 min",
                "last 41",
                "17 3 29 2 * (Europe/Berlin)",
                "every 999h",
                "skipped",
                "43 min",
                "verify, copy to second, prune, drill every 9 backups",
                setup.RepositoryPath("second"),
                "127.0.0.1:0",
                "10.9.8.0/24",
                "37 s",
                "JSON",
                "anna (operator of shop)",
                "11 h",
                "23 %",
                "19 GB",
                "beat.example, every 47 min",
                "hooks.example",
                "from severity",
                "12 s",
                "chat.example",
                "smtp.example:2525, STARTTLS",
                "ops@example.com",
            }
        )
        {
            text.ShouldContain(shown, Case.Insensitive);
        }
    }

    private const string Busy = """
        targets: { rpo: 1h }
        retention: { keep-last: 3 }
        schedule: { cron: '17 3 29 2 *', missed: skip, on-change: { poll: 1h } }
        after-backup: { verify: false }
        """;

    /// <summary>Of each database what is of all; a backup and a run of the one that has them.</summary>
    private static IEnumerable<string> AddressesOf(string page, Run run)
    {
        var address = page.Replace(
            "{id}",
            page.Contains("/backups/") ? run.MadeBackup : $"{run.Id}",
            StringComparison.Ordinal
        );
        string[] names = page.Contains("{id}", StringComparison.Ordinal) ? ["shop"] : ["shop", "unset", "lost"];
        return page.Contains("{database}", StringComparison.Ordinal)
                ? names.Select(name => address.Replace("{database}", name, StringComparison.Ordinal))
            : page is "/data" or "/migrations" or "/runs" or "/journal"
                ? [address, .. names.Select(name => $"{address}?database={name}")]
            : [address];
    }

    private static string[] ToldBy(string address) =>
        address switch
        {
            "/" or "/journal" or "/settings" => Unset,
            "/report/main" or "/databases/unset" or "/data" or "/data?database=unset" => Unset[..1],
            "/databases/lost" or "/data?database=lost" => Unset[1..],
            _ => [],
        };
}
