using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;

namespace Surety.Bench;

/// <summary>
/// Many readers of the dashboard and the API while a backup runs: how long they wait, and what they cost the backup.
/// Each round backs up once without and once with readers, so that both meet the same machine.
/// <c>server-load --surety PROGRAM [--readers 200] [--pause 1000] [--scale 60] [--rounds 3]</c>
/// </summary>
internal sealed class ServerLoad : IAsyncDisposable
{
    private static readonly string[] Paths =
    [
        "/",
        "/databases/bench",
        "/runs",
        "/journal",
        "/api/v1/databases",
        "/api/v1/databases/bench/backups",
        "/api/v1/runs",
        "/health/backups",
    ];

    /// <summary>People who look: each may ask 100 times a second.</summary>
    private const int Callers = 10;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surety-bench-");
    private readonly ConcurrentBag<double> waits = [];
    private readonly ConcurrentDictionary<string, int> failures = new();
    private BenchServer? server;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var program = arguments.Single("--surety") ?? throw new ArgumentException("--surety PROGRAM is needed");
        var locator = new ToolLocator(Environment.GetEnvironmentVariable);
        var tools = (await locator.InventoryAsync(CancellationToken.None)).Found.Last(t => t.IsServer && t.IsClient);
        await using var scratch = await ScratchServer.StartAsync(tools, new(), CancellationToken.None);
        await using var load = new ServerLoad();
        var environment = scratch.Target.ToEnvironment().ToDictionary();
        var scale = arguments.Single("--scale") ?? "60";
        MeasuredProcess.Run(Path.Combine(tools.Folder, "createdb"), ["bench"], environment);
        MeasuredProcess.Run(Path.Combine(tools.Folder, "pgbench"), ["-i", "-q", "-s", scale, "bench"], environment);
        await load.StartAsync(program, environment);
        await load.CompareAsync(
            Number(arguments, "--readers", 200),
            TimeSpan.FromMilliseconds(Number(arguments, "--pause", 1000)),
            Number(arguments, "--rounds", 3)
        );
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    private HttpClient Client => server!.Client;

    private async Task StartAsync(string program, Dictionary<string, string> environment)
    {
        var repository = Path.Combine(folder.FullName, "repository");
        MeasuredProcess.Run(program, ["init", "--quiet", "--repo", repository], environment);
        server = await BenchServer.StartAsync(program, folder.FullName, repository, "bench", environment, Callers);
    }

    private async Task CompareAsync(int readers, TimeSpan pause, int rounds)
    {
        var alone = new List<double>();
        var beside = new List<double>();
        // The first backup stores everything; the measured ones read and hash everything and store nothing.
        await BackUpAsync();
        for (var round = 1; round <= rounds; round++)
        {
            Console.Error.WriteLine($"round {round} of {rounds}");
            alone.Add(await BackUpAsync());
            beside.Add(await BackUpWithReadersAsync(readers, pause));
        }

        var sorted = waits.Order().ToArray();
        Print($"readers                {readers}, each {pause.TotalSeconds:0.0} s after its last answer");
        Print($"answers                {sorted.Length}, {failures.Values.Sum()} of them errors");
        Print($"waited ms              p50 {At(sorted, 0.5):0}  p95 {At(sorted, 0.95):0}  p99 {At(sorted, 0.99):0}");
        Print($"backup alone s         {Median(alone):0.00} (median of {rounds})");
        Print($"backup with readers s  {Median(beside):0.00}, ratio {Median(beside) / Median(alone):0.00}");
        foreach (var (what, count) in failures)
        {
            Print($"  {what}: {count}");
        }
    }

    private async Task<double> BackUpWithReadersAsync(int readers, TimeSpan pause)
    {
        using var over = new CancellationTokenSource();
        var reading = Enumerable.Range(0, readers).Select(number => ReadAsync(number, pause, over.Token)).ToList();
        // Until every reader has read once, and connected.
        await Task.Delay(2 * pause);
        var seconds = await BackUpAsync();
        await over.CancelAsync();
        await Task.WhenAll(reading);
        return seconds;
    }

    private async Task ReadAsync(int number, TimeSpan pause, CancellationToken over)
    {
        try
        {
            await Task.Delay(pause * Random.Shared.NextDouble(), over);
            for (var i = number; !over.IsCancellationRequested; i++)
            {
                await ReadOnceAsync(server!.Clients[number % Callers], Paths[i % Paths.Length], over);
                await Task.Delay(pause, over);
            }
        }
        catch (OperationCanceledException)
        {
            // The backup has ended.
        }
    }

    private async Task ReadOnceAsync(HttpClient client, string path, CancellationToken over)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await client.GetAsync(path, over);
        await answer.Content.ReadAsByteArrayAsync(over);
        waits.Add(clock.Elapsed.TotalMilliseconds);
        if (
            !answer.IsSuccessStatusCode
            && !(path == "/health/backups" && answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        )
        {
            failures.AddOrUpdate($"{path} {(int)answer.StatusCode}", 1, (_, count) => count + 1);
        }
    }

    /// <summary>Seconds that the backup itself took, as its result says.</summary>
    private async Task<double> BackUpAsync()
    {
        using var asked = await Client.PostAsJsonAsync("/api/v1/databases/bench/backups", new { });
        asked.EnsureSuccessStatusCode();
        while (true)
        {
            await Task.Delay(100);
            using var run = JsonDocument.Parse(await Client.GetStringAsync(asked.Headers.Location));
            if (run.RootElement.GetProperty("result") is { ValueKind: JsonValueKind.Object } result)
            {
                return result.GetProperty("durationSeconds").GetDouble();
            }
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static double At(double[] sorted, double part) => sorted[(int)((sorted.Length - 1) * part)];

    private static double Median(List<double> values) => At([.. values.Order()], 0.5);

    private static int Number(Arguments arguments, string name, int standard) =>
        arguments.Single(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
