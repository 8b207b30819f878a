using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Surety.Server.Runs;
using Surety.ServerTests.Scheduling;

namespace Surety.ServerTests.Api;

/// <summary>Who may cancel a run, and that it is known afterwards who did.</summary>
[Collection(nameof(ApiServer))]
public sealed class CancelTests(ApiServer server)
{
    private static readonly object Sleeping = new
    {
        files = new[] { new { name = "V1.sql", sql = "SELECT pg_sleep(600);" } },
    };

    [Fact]
    public async Task A_run_is_cancelled_by_who_asked_for_it_or_an_admin_and_everything_tells_by_whom()
    {
        using var log = new KeptLog();
        server.Server.Get<ILoggerFactory>().AddProvider(log);
        var running = await SubmitAsync("admin", "rehearse", Sleeping);
        var waiting = await SubmitAsync("operator", "backups");
        var own = await SubmitAsync("operator", "backups");

        await ApiServer.ProblemAsync(await CancelAsync("operator", running), 403, "access-refused");
        await ApiServer.ProblemAsync(await CancelAsync("viewer", waiting), 403, "access-refused");
        await ApiServer.ProblemAsync(await CancelAsync("stranger", waiting), 404, "run-not-found");
        (await ShowAsync(waiting)).GetProperty("cancelRequestedBy").ValueKind.ShouldBe(JsonValueKind.Null);

        await ApiServer.ResultAsync(await CancelAsync("admin", waiting));
        await ApiServer.ResultAsync(await CancelAsync("operator", own));
        await ApiServer.ResultAsync(await CancelAsync("admin", running));
        await server.Server.Get<RunQueue>().WaitAsync(IdOf(running), default);
        // It has ended: who comes later cancels nothing.
        await ApiServer.ResultAsync(await CancelAsync("operator", waiting));

        (string Id, string By, string Text)[] expected =
        [
            (waiting, "token admin", $"run {waiting}: backup, asked for by token operator"),
            (own, "token operator", $"run {own}: backup, asked for by token operator"),
            (running, "token admin", $"run {running}: rehearse, asked for by token admin"),
        ];
        foreach (var (id, by, _) in expected)
        {
            var run = await ShowAsync(id);
            run.GetProperty("state").GetString().ShouldBe("cancelled", run.ToString());
            run.GetProperty("cancelRequestedBy").GetString().ShouldBe(by);
            run.GetProperty("cancelRequestedAt").ValueKind.ShouldBe(JsonValueKind.String);
            (await PageAsync($"/runs/{id}")).ShouldContain($"cancelled by {by}");
            log.Lines.Count(line =>
                    line.Contains($"run {id}", StringComparison.Ordinal)
                    && line.EndsWith($"is cancelled by {by}", StringComparison.Ordinal)
                )
                .ShouldBe(1);
        }

        var journal = await ApiServer.ResultAsync(
            await server.GetAsync("viewer", "journal?database=shop&operation=cancel")
        );
        journal
            .GetProperty("records")
            .EnumerateArray()
            .Take(expected.Length)
            .Reverse()
            .Select(record =>
                (record.GetProperty("requestedBy").GetString(), record.GetProperty("message").GetString())
            )
            .ShouldBe(expected.Select(one => ((string?)one.By, (string?)one.Text)));
    }

    private static RunId IdOf(string id) => RunId.TryParse(id, out var parsed) ? parsed : throw new FormatException(id);

    private async Task<string> SubmitAsync(string who, string path, object? body = null)
    {
        var run = await ApiServer.ResultAsync(await server.PostAsync(who, $"databases/shop/{path}", body));
        return run.GetProperty("id").GetString()!;
    }

    private Task<HttpResponseMessage> CancelAsync(string who, string run) =>
        server.PostAsync(who, $"runs/{run}/cancel");

    private async Task<JsonElement> ShowAsync(string run) =>
        await ApiServer.ResultAsync(await server.GetAsync("viewer", $"runs/{run}"));

    private async Task<string> PageAsync(string address)
    {
        using var page = await server.GetAsync("viewer", address);
        return await page.Content.ReadAsStringAsync();
    }

    /// <summary>What a server logs, line by line.</summary>
    private sealed class KeptLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
