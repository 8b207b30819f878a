using System.Net.Http.Headers;
using System.Text.Json;
using Surety.Core.Access;
using Surety.Testing;

namespace Surety.ServerTests;

public sealed class LogTests : IDisposable
{
    private const string Secret = "s3cret";

    private static readonly string[] Channels = ["hook", "chat", "mail"];

    private readonly ServerSetup setup = new();
    private readonly Dictionary<string, string> secrets = new()
    {
        ["HOOK"] = $"http://127.0.0.1:1/{Secret}-address",
        ["SIGNATURE"] = $"{Secret}-signature",
        ["CHAT"] = $"http://127.0.0.1:1/{Secret}-chat",
        ["MAIL"] = $"{Secret}-mail",
    };

    [Fact]
    public async Task As_JSON_each_line_is_one_object_and_no_secret_is_in_it()
    {
        setup
            .Database("shop", Unreached.Database($"{Secret}-database"), "targets:\n  rpo: 1s\nschedule:\n  every: 1h")
            .Section(
                $$"""
                server:
                  log: json
                  users:
                    - name: anna
                      role: viewer
                      hash: {{PasswordHash.Of($"{Secret} of anna")}}
                alerts:
                  channels:
                    hook:
                      webhook: ${HOOK}
                      secret: ${SIGNATURE}
                    chat:
                      slack: ${CHAT}
                    mail:
                      email:
                        host: 127.0.0.1
                        port: 1
                        from: surety@example.com
                        to: [ops@example.com]
                        user: surety
                        password: ${MAIL}
                """
            )
            .Write();
        await RunningServer.MakeRepositoriesAsync(setup);
        using var server = ServerProcess.Start(setup, "state", noAuth: false, secrets);
        using (var client = new HttpClient { BaseAddress = await server.ListeningAtAsync() })
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{Secret}-token");
            using var refused = await client.GetAsync($"/api/v1/runs?token={Secret}-query");
        }

        string[] told =
        [
            "backup of shop ended: Failed",
            "a token that is not known",
            .. Channels.Select(name => $"channel {name} did not take "),
        ];
        await Eventually.Is(() => told.All(text => Messages(server).Any(message => message.Contains(text))));

        server.Output.ShouldNotContain(Secret);
    }

    public void Dispose() => setup.Dispose();

    /// <summary>Of each line, which must be an object of its own with all that a search goes by.</summary>
    private static IReadOnlyList<string> Messages(ServerProcess server) =>
        [
            .. server
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line =>
                {
                    line.ShouldStartWith("{");
                    var entry = JsonElement.Parse(line);
                    entry.GetProperty("Timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
                    entry.GetProperty("LogLevel").GetString().ShouldNotBeNullOrEmpty();
                    entry.GetProperty("Category").GetString().ShouldNotBeNullOrEmpty();
                    entry.GetProperty("EventId").GetInt32().ShouldBeGreaterThanOrEqualTo(0);
                    return entry.GetProperty("Message").GetString()!;
                }),
        ];
}
