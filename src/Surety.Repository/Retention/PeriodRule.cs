using System.Globalization;
using Surety.Repository.Manifests;

namespace Surety.Repository.Retention;

/// <summary>The newest backup of each of the last so many periods that have one.</summary>
/// <param name="Count">How many periods.</param>
/// <param name="PeriodOf">The period that a backup falls into, as the reason names it.</param>
/// <param name="ShowsPeriod">False where each backup is a period of its own.</param>
internal sealed record PeriodRule(string Name, int Count, Func<Manifest, string> PeriodOf, bool ShowsPeriod = true)
{
    public static IEnumerable<PeriodRule> Of(RetentionRules rules)
    {
        if (rules.Last is { } last)
        {
            yield return new PeriodRule("last", last, manifest => manifest.Id.ToString(), ShowsPeriod: false);
        }

        foreach (var (name, count, period) in Calendar(rules))
        {
            if (count is { } wanted)
            {
                yield return new PeriodRule(name, wanted, manifest => period(manifest.CreatedAt.UtcDateTime));
            }
        }
    }

    /// <summary>
    /// A backup that is known to be damaged takes no place: it is kept where its place is still free, and the next of the
    /// period beside it.
    /// </summary>
    public void Apply(IEnumerable<RetainedBackup> newestFirst, Action<RetainedBackup, string> keep)
    {
        var left = Count;
        string? taken = null;
        foreach (var backup in newestFirst)
        {
            var period = PeriodOf(backup.Manifest);
            if (period == taken)
            {
                continue;
            }

            if (left == 0)
            {
                return;
            }

            keep(backup, ShowsPeriod ? $"{Name} {period}" : Name);
            if (!backup.IsSuspect)
            {
                taken = period;
                left--;
            }
        }
    }

    private static (string Name, int? Count, Func<DateTime, string> Period)[] Calendar(RetentionRules rules) =>
        [
            ("hourly", rules.Hourly, time => Format(time, "yyyy-MM-dd HH'h'")),
            ("daily", rules.Daily, time => Format(time, "yyyy-MM-dd")),
            ("weekly", rules.Weekly, Week),
            ("monthly", rules.Monthly, time => Format(time, "yyyy-MM")),
            ("yearly", rules.Yearly, time => Format(time, "yyyy")),
        ];

    private static string Format(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    private static string Week(DateTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(time):0000}-W{ISOWeek.GetWeekOfYear(time):00}");
}
