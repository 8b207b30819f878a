using System.Diagnostics;
using System.Globalization;

namespace Surety.Bench;

/// <summary>
/// How long each page and each list of the API takes where a repository has many backups and a long journal: no page may take
/// a second. The repository is made first, and lies on the disk that temporary files are on.
/// <c>pages --surety PROGRAM [--backups 1000] [--hours 1] [--records 10000] [--rounds 9]</c>
/// </summary>
internal static class PageTimes
{
    private const double Most = 1000;
    private static readonly string[] Paths =
    [
        "/",
        "/databases/shop",
        "/databases/shop?page=40",
        "/data?database=shop",
        "/runs",
        "/journal",
        "/journal?operation=verify&page=40",
        "/schedules",
        "/alerts",
        "/settings",
        "/report/main",
        "/api/v1/databases",
        "/api/v1/databases/shop/backups",
        "/api/v1/journal",
        "/health/backups",
        "/metrics",
    ];

    /// <summary>1 where the median of a page is over a second.</summary>
    public static async Task<int> RunAsync(Arguments arguments)
    {
        var program = arguments.Single("--surety") ?? throw new ArgumentException("--surety PROGRAM is needed");
        var rounds = int.Parse(arguments.Single("--rounds") ?? "9", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("surety-bench-");
        try
        {
            var repository = Path.Combine(folder.FullName, "repository");
            await LargeRepository.RunAsync(Repository(arguments, repository));
            await using var server = await BenchServer.StartAsync(
                program,
                folder.FullName,
                repository,
                "shop",
                new Dictionary<string, string> { ["PGHOST"] = "/nowhere" }
            );
            return await MeasureAsync(server.Client, rounds);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Arguments Repository(Arguments arguments, string path) =>
        new([
            "--path",
            path,
            "--backups",
            arguments.Single("--backups") ?? "1000",
            "--hours",
            arguments.Single("--hours") ?? "1",
            "--records",
            arguments.Single("--records") ?? "10000",
            "--live",
            "200",
            "--objects",
            "20000",
        ]);

    private static async Task<int> MeasureAsync(HttpClient client, int rounds)
    {
        var slow = 0;
        foreach (var path in Paths)
        {
            var waits = new List<double>();
            for (var round = 0; round < rounds; round++)
            {
                waits.Add(await AskAsync(client, path));
            }

            waits.Sort();
            var median = waits[waits.Count / 2];
            slow += median > Most ? 1 : 0;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path, -36} median {median, 5:0} ms, worst {waits[^1], 5:0} ms"
                )
            );
        }

        return slow == 0 ? 0 : 1;
    }

    /// <summary>Milliseconds. Backups of a bench were never proven, and health says so.</summary>
    private static async Task<double> AskAsync(HttpClient client, string path)
    {
        var clock = Stopwatch.StartNew();
        using var answer = await client.GetAsync(path);
        await answer.Content.ReadAsByteArrayAsync();
        if (!answer.IsSuccessStatusCode && path != "/health/backups")
        {
            throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}");
        }

        return clock.Elapsed.TotalMilliseconds;
    }
}
