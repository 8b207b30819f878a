using System.Globalization;
using System.Text.Json;
using Surety.Core.Postgres.Tools;

namespace Surety.Bench;

/// <summary>The way back, beside what people do without Surety: drop the database and restore the dump.</summary>
internal sealed partial class Comparison
{
    private void RollBack(int round, string repository)
    {
        Recreate(round);
        foreach (var share in new[] { 0.001, 0.1 })
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{share:0.0 %} of orders changed");
            var backup = Backup("two", repository, $"surety backup (before {name})");
            Change(share);
            Rewind(repository, backup, name);
        }

        Swap(repository);
    }

    /// <summary>What dropdb, createdb and pg_restore take together.</summary>
    private void Recreate(int round)
    {
        var dump = Path.Combine(folder.FullName, $"dump-two-{round}");
        string[] script = ["-ec", "createdb back; dropdb back; createdb back; pg_restore -j4 -d back \"$0\"", dump];
        var environment = Environment("postgres");
        environment["PATH"] = $"{tools.Folder}:{System.Environment.GetEnvironmentVariable("PATH")}";
        results.Add("two", "dropdb, createdb, pg_restore -j4", MeasuredProcess.Run("sh", script, environment));
        Tool(PostgresTool.Psql, "postgres", "-Xqc", "DROP DATABASE back");
    }

    /// <summary>A third each updated, deleted and inserted, all over the table.</summary>
    private void Change(double share)
    {
        var each = (int)Math.Round(3 / share);
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            UPDATE orders SET status = 'lost' WHERE id % {each} = 1;
            DELETE FROM orders WHERE id % {each} = 2;
            INSERT INTO orders SELECT id + 1000000000, customer_id, status, total, placed_at, reference, note, attributes,
                                      tags, quantities
            FROM orders WHERE id % {each} = 3
            """
        );
        Tool(PostgresTool.Psql, "two", "-Xqc", sql);
    }

    private void Rewind(string repository, string backup, string changed)
    {
        var (measured, report) = RollBack(repository, backup, "rewind");
        var safety = report.GetProperty("safetySeconds").GetDouble();
        results.Add("two", $"surety rollback, rewind, {changed}", measured);
        results.Add(
            "two",
            $"surety rollback, rewind, {changed}, without the safety backup",
            measured with
            {
                Seconds = measured.Seconds - safety,
            }
        );
    }

    private void Swap(string repository)
    {
        var backup = Backup("two", repository, "surety backup (before the schema changed)");
        Tool(PostgresTool.Psql, "two", "-Xqc", "ALTER TABLE orders DROP COLUMN note");
        var (measured, report) = RollBack(repository, backup, "swap");
        results.Add("two", "surety rollback, swap", measured);
        results.Add(
            "two",
            "interruption by the swap",
            measured with
            {
                Seconds = report.GetProperty("interruptionSeconds").GetDouble(),
            }
        );
        Tool(
            PostgresTool.Psql,
            "postgres",
            "-Xqc",
            $"DROP DATABASE \"{report.GetProperty("keptDatabase").GetString()}\""
        );
    }

    private (Measurement Measured, JsonElement Report) RollBack(string repository, string backup, string strategy)
    {
        string[] arguments = ["rollback", backup, "--strategy", strategy, "--yes", "--json", "--quiet", "--jobs", "2"];
        var measured = MeasuredProcess.Run(surety, arguments, Environment("two", repository));
        using var document = JsonDocument.Parse(measured.Output);
        return (measured, document.RootElement.Clone());
    }
}
