using Surety.Core.Progress;

namespace Surety.Cli.Output;

/// <summary>Progress in words.</summary>
internal static class ProgressText
{
    /// <summary>Before this, a rate and an estimate would be guesses.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    /// <summary>
    /// One line, for example <c>reading rows  12/70 tables  1,234,567 rows  512.3 MB  101 MB/s  ETA 0:12</c>.
    /// </summary>
    /// <param name="now">The figures; those that are zero are left out.</param>
    /// <param name="inPhase">How long the phase has lasted.</param>
    public static string Line(ProgressSnapshot now, TimeSpan inPhase) => string.Join("  ", Parts(now, inPhase));

    private static IEnumerable<string> Parts(ProgressSnapshot now, TimeSpan inPhase)
    {
        yield return now.Phase.Name;

        if (now.Phase.TotalTables > 0)
        {
            yield return $"{Units.Count(now.Tables)}/{Units.Count(now.Phase.TotalTables, "table")}";
        }

        if (now.Rows > 0)
        {
            yield return Units.Count(now.Rows, "row");
        }

        if (now.Bytes > 0)
        {
            yield return Units.Bytes(now.Bytes);
        }

        if (now.Bytes > 0 && inPhase >= Settled)
        {
            var rate = now.Bytes / inPhase.TotalSeconds;
            yield return Units.Rate(rate);
            // The total is the size on disk: an estimate that the rows can exceed.
            if (now.Phase.TotalBytes > now.Bytes)
            {
                yield return $"ETA {Units.Clock(TimeSpan.FromSeconds((now.Phase.TotalBytes - now.Bytes) / rate))}";
            }
        }

        if (now.Note is not null)
        {
            yield return $"({now.Note})";
        }
    }
}
