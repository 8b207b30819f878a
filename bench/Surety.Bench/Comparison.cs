using System.Globalization;
using System.Text.Json;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;

namespace Surety.Bench;

/// <summary>
/// Surety beside its peers, in one run on one scratch server: every case once a round, so that what slows the machine
/// down slows all of them down; then the medians and their ratios.
/// <c>compare --surety PROGRAM [--rounds 3] [--scale 60] [--orders 3000000]</c>
/// </summary>
internal sealed partial class Comparison : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("surety-bench-");
    private readonly Results results = new();
    private readonly string surety;
    private readonly PostgresTools tools;
    private readonly PostgresTools? tools18;
    private readonly ConnectionTarget server;

    private Comparison(string surety, PostgresTools tools, PostgresTools? tools18, ConnectionTarget server)
    {
        this.surety = surety;
        this.tools = tools;
        this.tools18 = tools18;
        this.server = server;
    }

    public static Task<int> RunAsync(Arguments arguments) =>
        OnScratchServerAsync(
            arguments,
            comparison =>
            {
                var rounds = Number(arguments, "--rounds", 3);
                comparison.Generate(Number(arguments, "--scale", 60), Number(arguments, "--orders", 3_000_000));
                for (var round = 1; round <= rounds; round++)
                {
                    Console.Error.WriteLine($"round {round} of {rounds}");
                    comparison.TwoTables(round);
                    comparison.OneTable(round);
                }

                comparison.List();
                Console.WriteLine(comparison.results.Table());
            }
        );

    private static async Task<int> OnScratchServerAsync(Arguments arguments, Action<Comparison> compare)
    {
        var locator = new ToolLocator(System.Environment.GetEnvironmentVariable);
        var inventory = await locator.InventoryAsync(CancellationToken.None);
        var tools = inventory.Found.Last(t => t.IsServer && t.IsClient);
        var options = new ScratchServerOptions
        {
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB" },
        };
        await using var scratch = await ScratchServer.StartAsync(tools, options, CancellationToken.None);
        using var comparison = new Comparison(
            arguments.Single("--surety") ?? throw new ArgumentException("--surety PROGRAM is needed"),
            tools,
            inventory.Found.FirstOrDefault(t => t.IsClient && t.Version.Major == 18),
            scratch.Target
        );
        compare(comparison);
        return 0;
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static int Number(Arguments arguments, string name, int standard) =>
        arguments.Single(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;

    private void Generate(int scale, int orders)
    {
        Console.Error.WriteLine($"generating: pgbench scale {scale}, {orders} orders; and {3 * orders} orders alone");
        var script = Path.Combine(AppContext.BaseDirectory, "orders.sql");
        foreach (var (database, rows) in new[] { ("two", orders), ("one", 3 * orders) })
        {
            Tool(PostgresTool.Psql, "postgres", "-Xqc", $"CREATE DATABASE {database}");
            Tool(PostgresTool.Psql, database, "-Xq", "-v", $"orders={rows}", "-f", script);
        }

        MeasuredProcess.Run(Path.Combine(tools.Folder, "pgbench"), ["-i", "-q", "-s", $"{scale}"], Environment("two"));
        Tool(PostgresTool.Psql, "two", "-Xqc", "VACUUM (FREEZE, ANALYZE)");
    }

    private void TwoTables(int round)
    {
        var repository = Repository($"two-{round}");
        Limit("two", "orders", "pgbench_accounts");
        Backup("two", repository, "surety backup (first)");
        FirstEncrypted(round);
        Backup("two", repository, "surety backup (nothing changed)");
        Surety("two", "surety validate", ["validate", "latest"], repository);
        Surety("two", "surety diff", ["diff", "latest"], repository);
        Surety("two", "surety guard -- true", ["guard", "--", "true"], repository);
        Dump("two", round, "pg_dump -Fd -j2", tools, []);
        if (tools18 is not null)
        {
            Dump("two", round, "pg_dump 18 -Fd -j2 zstd:1", tools18, ["--compress=zstd:1"]);
        }

        Dump("two", round, "pg_dump -Fd -j2 -Z1", tools, ["-Z1"]);
        Restore(repository);
        PgRestore(round, 2);
        PgRestore(round, 4);
        RollBack(round, repository);
        // Other values each round: rows that only moved would be found in the repository.
        Tool(
            PostgresTool.Psql,
            "two",
            "-Xqc",
            $"UPDATE orders SET total = total + {round} WHERE id > (SELECT max(id) FROM orders) * 0.99"
        );
        Backup("two", repository, "surety backup (1 % of orders updated)");
        Directory.Delete(repository, recursive: true);
    }

    /// <summary>With a passphrase, whose derivation is part of every opening.</summary>
    private void FirstEncrypted(int round)
    {
        var repository = Path.Combine(folder.FullName, $"encrypted-{round}");
        MeasuredProcess.Run(surety, ["init", "--encrypt"], Encrypted(Environment("postgres", repository)));
        Backup("two", repository, "surety backup (first, encrypted)");
        Directory.Delete(repository, recursive: true);
    }

    private void OneTable(int round)
    {
        var repository = Repository($"one-{round}");
        Limit("one", "orders");
        Backup("one", repository, "surety backup (first)");
        if (tools18 is not null)
        {
            Dump("one", round, "pg_dump 18 -Fd -j2 zstd:1", tools18, ["--compress=zstd:1"]);
        }

        Directory.Delete(repository, recursive: true);
    }

    /// <summary>A repository of 100 backups of a small database.</summary>
    private void List()
    {
        Console.Error.WriteLine("a repository of 100 backups");
        var repository = Repository("list");
        Tool(PostgresTool.Psql, "postgres", "-Xqc", "CREATE DATABASE small");
        Tool(PostgresTool.Psql, "small", "-Xqc", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS id");
        for (var i = 0; i < 100; i++)
        {
            MeasuredProcess.Run(surety, ["backup", "--quiet"], Environment("small", repository));
        }

        for (var i = 0; i < 7; i++)
        {
            Surety("100 backups", "surety list", ["list"], repository);
        }
    }

    private void Limit(string database, params string[] tables)
    {
        string[] arguments =
        [
            typeof(Comparison).Assembly.Location,
            "read-limit",
            "--db",
            database,
            .. tables.SelectMany(t => new[] { "--table", t }),
        ];
        var environment = Environment(database);
        results.Add(
            database,
            "limit: read the same ranges, throw away",
            MeasuredProcess.Run("dotnet", arguments, environment)
        );
    }

    private string Repository(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        MeasuredProcess.Run(surety, ["init"], Environment("postgres", path));
        return path;
    }

    private string Backup(string database, string repository, string name)
    {
        var measured = MeasuredProcess.Run(
            surety,
            ["backup", "--json", "--quiet", "--jobs", "2"],
            Environment(database, repository)
        );
        using var document = JsonDocument.Parse(measured.Output);
        results.Add(database, name, measured, document.RootElement.GetProperty("newBytes").GetInt64());
        return document.RootElement.GetProperty("id").GetString()!;
    }

    private void Surety(string set, string name, string[] arguments, string repository) =>
        results.Add(set, name, MeasuredProcess.Run(surety, [.. arguments, "--quiet"], Environment("two", repository)));

    private void Restore(string repository)
    {
        var arguments = new[] { "restore", "latest", "--into", "restored", "--jobs", "2", "--json", "--quiet" };
        var measured = MeasuredProcess.Run(surety, arguments, Environment("two", repository));
        using var document = JsonDocument.Parse(measured.Output);
        var proof = document.RootElement.GetProperty("proofSeconds").GetDouble();
        results.Add("two", "surety restore -j2, proof included", measured);
        results.Add(
            "two",
            "surety restore -j2, without the proof",
            measured with
            {
                Seconds = measured.Seconds - proof,
            }
        );
        Tool(PostgresTool.Psql, "postgres", "-Xqc", "DROP DATABASE restored");
    }

    private void Dump(string database, int round, string name, PostgresTools dumper, string[] options)
    {
        var path = Path.Combine(folder.FullName, $"dump-{database}-{round}");
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        string[] arguments = ["-Fd", "-j2", "-f", path, .. options];
        var measured = MeasuredProcess.Run(dumper.PathOf(PostgresTool.PgDump), arguments, Environment(database));
        var stored = new DirectoryInfo(path).EnumerateFiles().Sum(f => f.Length);
        results.Add(database, name, measured, stored);
    }

    /// <summary>Restores the last dump of the round's two tables: -Z1, the faster to read of those that every version has.</summary>
    private void PgRestore(int round, int jobs)
    {
        var path = Path.Combine(folder.FullName, $"dump-two-{round}");
        Tool(PostgresTool.Psql, "postgres", "-Xqc", "CREATE DATABASE restored");
        string[] arguments = [$"-j{jobs}", "-d", "restored", path];
        results.Add(
            "two",
            $"pg_restore -j{jobs}",
            MeasuredProcess.Run(tools.PathOf(PostgresTool.PgRestore), arguments, Environment("postgres"))
        );
        Tool(PostgresTool.Psql, "postgres", "-Xqc", "DROP DATABASE restored");
    }

    private void Tool(PostgresTool tool, string database, params string[] arguments) =>
        MeasuredProcess.Run(tools.PathOf(tool), arguments, Environment(database));

    private Dictionary<string, string> Environment(string database, string? repository = null)
    {
        var variables = server.WithDatabase(database).ToEnvironment().ToDictionary();
        if (repository is not null)
        {
            variables["SURETY_REPOSITORY"] = repository;
            variables["SURETY_DB"] = server.WithDatabase(database).ToString();
        }

        return Directory.Exists(Path.Join(repository, "keys")) ? Encrypted(variables) : variables;
    }

    private static Dictionary<string, string> Encrypted(Dictionary<string, string> variables)
    {
        variables["SURETY_PASSPHRASE"] = "for the benchmark";
        return variables;
    }
}
