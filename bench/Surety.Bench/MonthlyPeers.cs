using System.Globalization;

namespace Surety.Bench;

/// <summary>What people do without Surety: a pg_dump file a day, and pg_dump into a restic repository.</summary>
internal sealed class MonthlyPeers
{
    private readonly string pgDump;
    private readonly string dumps;
    private readonly string restic;
    private readonly Dictionary<string, string> environment;

    public MonthlyPeers(string pgDump, string folder, Dictionary<string, string> environment)
    {
        this.pgDump = pgDump;
        dumps = Directory.CreateDirectory(Path.Combine(folder, "dumps")).FullName;
        restic = Path.Combine(folder, "restic");
        this.environment = new(environment)
        {
            ["RESTIC_REPOSITORY"] = restic,
            ["RESTIC_PASSWORD"] = "for the benchmark",
        };
        // The second version compresses.
        MeasuredProcess.Run("restic", ["init", "--quiet", "--repository-version", "2"], this.environment);
    }

    /// <summary>The rest of the day's line: bytes in all so far, and seconds.</summary>
    public string BackUp(int day)
    {
        var dump = MeasuredProcess.Run(pgDump, ["-Fc", "-f", Path.Combine(dumps, $"{day}.dump")], environment);
        string[] pipe = ["-c", $"'{pgDump}' | restic backup --quiet --stdin --stdin-filename two.sql"];
        var piped = MeasuredProcess.Run("sh", pipe, environment);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{SizeOf(dumps) / 1e6:0.0} | {dump.Seconds:0.00} | {SizeOf(restic) / 1e6:0.0} | {piped.Seconds:0.00} |"
        );
    }

    public string Compare(double bytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes / SizeOf(restic):0.00} of restic, {bytes / SizeOf(dumps):0.000} of the files of pg_dump -Fc"
        );

    public static long SizeOf(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
