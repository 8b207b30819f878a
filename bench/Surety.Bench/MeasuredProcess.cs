using System.Diagnostics;
using System.Globalization;

namespace Surety.Bench;

/// <param name="Seconds">Wall time from start to exit.</param>
/// <param name="PeakBytes">Highest resident memory of the process and its children together, looked at every 20 ms.</param>
internal readonly record struct Measurement(double Seconds, long PeakBytes, string Output);

/// <summary>Runs a program to its end and measures it from outside, the same way for every program.</summary>
internal static class MeasuredProcess
{
    public static Measurement Run(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, Resident(process.Id));
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new Measurement(seconds, peak, output.Result)
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}"
            );
    }

    private static long Resident(int process)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{process}/task/{process}/children");
            return OwnResident(process)
                + children
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Sum(child => Resident(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It has just ended.
            return 0;
        }
    }

    private static long OwnResident(int process)
    {
        var pages = File.ReadAllText($"/proc/{process}/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
