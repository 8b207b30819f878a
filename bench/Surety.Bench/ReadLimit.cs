using System.Diagnostics;
using System.Globalization;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Wire;
using Surety.Core.Scan;
using Surety.Repository.Manifests;

namespace Surety.Bench;

/// <summary>
/// The floor under every backup: reading tables in binary over the ranges that a backup reads, and throwing the rows away.
/// <c>read-limit --db URL --table NAME [--table NAME]... [--jobs N] [--npgsql]</c>
/// </summary>
internal static class ReadLimit
{
    public static int Run(Arguments arguments)
    {
        var target = ConnectionTargetParser.Parse(arguments.Single("--db"), ProcessEnvironment());
        var jobs = int.Parse(arguments.Single("--jobs") ?? "2", CultureInfo.InvariantCulture);
        var work = new Queue<string>(arguments.All("--table").SelectMany(table => CopiesOf(table, target)));
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        long rows = 0;
        long bytes = 0;

        var workers = Enumerable
            .Range(0, jobs)
            .Select(_ => new Thread(() =>
            {
                using var session = Open(target, arguments.Has("--npgsql"));
                while (Take(work) is { } copy)
                {
                    var (readRows, readBytes) = Discard(session, copy);
                    Interlocked.Add(ref rows, readRows);
                    Interlocked.Add(ref bytes, readBytes);
                }
            }))
            .ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());

        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows} rows, {bytes / 1e9:0.000} GB in {clock.Elapsed.TotalSeconds:0.00} s, {used.TotalSeconds:0.00} s CPU"
            )
        );
        return 0;
    }

    private static IRowSession Open(ConnectionTarget target, bool npgsql) =>
        npgsql
            ? new NpgsqlRowSession(
                PostgresConnections.OpenAsync(target, "surety bench", CancellationToken.None).GetAwaiter().GetResult(),
                ownsConnection: true
            )
            : RowSessions.Open(target, "surety bench", CancellationToken.None);

    private static (long Rows, long Bytes) Discard(IRowSession session, string copy)
    {
        using var reader = session.CopyOut(copy, RowFormat.Binary, CancellationToken.None);
        long rows = 0;
        long bytes = 0;
        while (reader.TryRead(out var row))
        {
            rows++;
            bytes += row.Length;
        }

        return (rows, bytes);
    }

    private static List<string> CopiesOf(string name, ConnectionTarget target)
    {
        using var session = RowSessions.Open(target, "surety bench", CancellationToken.None);
        var columns = session.QueryColumn(
            $"SELECT attname FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0 ORDER BY attname COLLATE \"C\""
        );
        var size = new TableSize(Bytes(session, "pg_relation_size", name), Bytes(session, "pg_table_size", name));
        var table = new ScanTable
        {
            Name = new QualifiedName("public", name),
            Columns = columns.OfType<string>().ToList(),
            GeneratedColumns = [],
            Format = RowFormat.Binary,
            Condition = null,
            Size = size,
            Pages = size.HeapBytes / 8192,
        };
        return PageRange.Cut(table.Pages, size.TotalBytes).Select(table.CopySql).ToList();
    }

    private static long Bytes(IRowSession session, string function, string table) =>
        long.Parse(session.QueryColumn($"SELECT {function}('{table}')")[0]!, CultureInfo.InvariantCulture);

    private static string? Take(Queue<string> work)
    {
        lock (work)
        {
            return work.TryDequeue(out var copy) ? copy : null;
        }
    }

    private static Dictionary<string, string?> ProcessEnvironment() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value);
}
