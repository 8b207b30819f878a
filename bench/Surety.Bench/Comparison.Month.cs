using System.Globalization;
using Surety.Core.Postgres.Tools;

namespace Surety.Bench;

/// <summary>
/// What a month of daily backups takes, beside a pg_dump file a day and pg_dump into restic: 1 % of the rows changed a
/// day, nine of ten of them new or recent ones.
/// <c>month --surety PROGRAM [--days 30] [--scale 60] [--orders 3000000] [--scattered]</c>
/// </summary>
internal sealed partial class Comparison
{
    // In parts of all rows, a day.
    private const double Inserted = 0.005;
    private const double RecentUpdated = 0.004;
    private const double OldUpdated = 0.001;
    private const int OldRuns = 5;

    public static Task<int> MonthAsync(Arguments arguments) =>
        OnScratchServerAsync(
            arguments,
            comparison =>
            {
                comparison.Generate(Number(arguments, "--scale", 60), Number(arguments, "--orders", 3_000_000));
                comparison.Month(Number(arguments, "--days", 30), arguments.Has("--scattered"));
            }
        );

    private void Month(int days, bool scattered)
    {
        var repository = Repository("month");
        var dumps = folder.CreateSubdirectory("dumps").FullName;
        var restic = Path.Combine(folder.FullName, "restic");
        MeasuredProcess.Run("restic", ["init", "--quiet", "--repository-version", "2"], Restic(restic));
        Console.WriteLine(
            "| day | surety MB | pg_dump -Fc MB | pg_dump \\| restic MB | surety s | pg_dump -Fc s | restic s |"
        );
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var first = 0L;
        for (var day = 1; day <= days; day++)
        {
            var backup = MeasuredProcess.Run(
                surety,
                ["backup", "--quiet", "--jobs", "2"],
                Environment("two", repository)
            );
            var dump = MeasuredProcess.Run(
                tools.PathOf(PostgresTool.PgDump),
                ["-Fc", "-f", Path.Combine(dumps, $"{day}.dump")],
                Environment("two")
            );
            var piped = MeasuredProcess.Run(
                "sh",
                [
                    "-c",
                    $"'{tools.PathOf(PostgresTool.PgDump)}' | restic backup --quiet --stdin --stdin-filename two.sql",
                ],
                Restic(restic)
            );
            var stored = SizeOf(repository);
            first = first == 0 ? stored : first;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {day} | {stored / 1e6:0.0} | {SizeOf(dumps) / 1e6:0.0} | {SizeOf(restic) / 1e6:0.0} | {backup.Seconds:0.00} | {dump.Seconds:0.00} | {piped.Seconds:0.00} |"
                )
            );
            LiveADay(day, scattered);
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\n{days} backups take {(double)SizeOf(repository) / first:0.00} times the first one, {SizeOf(repository) / (double)SizeOf(restic):0.00} of restic, {SizeOf(repository) / (double)SizeOf(dumps):0.000} of the files"
            )
        );
    }

    /// <summary>What happened between two nights; other values each day, since rows that only moved are not new.</summary>
    private void LiveADay(int day, bool scattered)
    {
        Change("orders", "id", $"total = total + {day}", day, scattered);
        Change("pgbench_accounts", "aid", $"abalance = abalance + {day}", day, scattered);
        var insert = $"""
            INSERT INTO orders SELECT (SELECT max(id) FROM orders) + row_number() OVER (), customer_id, status, total + {day},
                placed_at + interval '{day} days', md5('{day} ' || id)::uuid, note, attributes, tags, quantities
            FROM orders ORDER BY id DESC LIMIT (SELECT count(*) * {Text(Inserted)} FROM orders)
            """;
        Tool(PostgresTool.Psql, "two", "-Xqc", insert);
        Tool(PostgresTool.Psql, "two", "-Xqc", "VACUUM (ANALYZE)");
    }

    private void Change(string table, string key, string set, int day, bool scattered)
    {
        var recent = $"{key} > (SELECT max({key}) * (1 - {Text(RecentUpdated)}) FROM {table})";
        Tool(PostgresTool.Psql, "two", "-Xqc", $"UPDATE {table} SET {set} WHERE {recent}");
        var old = scattered
            ? $"({key} * 7919 + {day}) % {(int)(1 / OldUpdated)} = 0"
            : string.Join(
                " OR ",
                Enumerable
                    .Range(0, OldRuns)
                    .Select(run => (day * 31 + run * 197) % 900 / 1000.0)
                    .Select(from =>
                        $"{key} BETWEEN (SELECT max({key}) * {Text(from)} FROM {table}) AND (SELECT max({key}) * {Text(from + OldUpdated / OldRuns)} FROM {table})"
                    )
            );
        Tool(PostgresTool.Psql, "two", "-Xqc", $"UPDATE {table} SET {set} WHERE {old}");
    }

    private Dictionary<string, string> Restic(string repository)
    {
        var environment = Environment("two");
        environment["RESTIC_REPOSITORY"] = repository;
        environment["RESTIC_PASSWORD"] = "for the benchmark";
        return environment;
    }

    private static long SizeOf(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static string Text(double part) => part.ToString(CultureInfo.InvariantCulture);
}
