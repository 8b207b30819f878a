using System.Text.RegularExpressions;

namespace Surety.Core.Configuration.Serving;

/// <summary>
/// A time as crontab(5) writes it: minute, hour, day of month, month, day of week. Numbers, names, <c>*</c>, lists, ranges and
/// steps; and <c>@hourly</c>, <c>@daily</c>, <c>@weekly</c>, <c>@monthly</c>.
/// </summary>
/// <param name="Written">As the configuration has it.</param>
/// <param name="Quartz">The same as Quartz takes it: seconds first, one of the two days a <c>?</c>, and Sunday is 1.</param>
public sealed partial record CronTime(string Written, string Quartz)
{
    private static readonly Dictionary<string, string> Nicknames = new()
    {
        ["@hourly"] = "0 * * * *",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@weekly"] = "0 0 * * 0",
        ["@monthly"] = "0 0 1 * *",
    };

    private static readonly Field Minute = new("minute", 0, 59, []);
    private static readonly Field Hour = new("hour", 0, 23, []);
    private static readonly Field Day = new("day of the month", 1, 31, []);
    private static readonly Field Month = new(
        "month",
        1,
        12,
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    );
    private static readonly Field WeekDay = new(
        "day of the week",
        0,
        7,
        ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    );

    /// <summary>Null and why not, where <paramref name="text"/> is no such time.</summary>
    public static CronTime? TryParse(string text, out string? problem)
    {
        var expression = Nicknames.GetValueOrDefault(text.Trim(), text);
        var parts = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 5)
        {
            problem = "it has to have five fields: minute, hour, day of the month, month, day of the week";
            return null;
        }

        Field[] fields = [Minute, Hour, Day, Month, WeekDay];
        problem = fields
            .Zip(parts)
            .Select(pair => pair.First.Complaint(pair.Second))
            .FirstOrDefault(c => c is not null);
        if (problem is not null)
        {
            return null;
        }

        if (parts[2] != "*" && parts[4] != "*")
        {
            // cron runs on either day, Quartz on none of the two or refuses.
            problem = "it names a day of the month and a day of the week: write two times, one for each";
            return null;
        }

        var days =
            parts[4] == "*" ? (parts[2], "?") : ("?", string.Join(',', WeekDay.Numbers(parts[4]).Select(OfQuartz)));
        return new CronTime(text, $"0 {parts[0]} {parts[1]} {days.Item1} {parts[3].ToUpperInvariant()} {days.Item2}");
    }

    internal static CronTime Read(ConfigurationValue value) =>
        TryParse(value.Written, out var problem)
        ?? throw value.Place.Error(
            $"{value.Place.Key} is no time: {problem}",
            "write it as crontab does: '30 2 * * *'"
        );

    /// <summary>crontab's Sunday is 0 or 7, that of Quartz 1.</summary>
    private static int OfQuartz(int weekDay) => (weekDay % 7) + 1;

    private sealed partial record Field(string Name, int First, int Last, string[] Words)
    {
        public string? Complaint(string text) =>
            text.Split(',').All(IsItem) ? null : $"'{text}' is no {Name} ({First}-{Last})";

        /// <summary>Every number that a field of this kind means, which it has to be.</summary>
        public IEnumerable<int> Numbers(string text) => text.Split(',').SelectMany(NumbersOf).Distinct().Order();

        private bool IsItem(string item) =>
            Item().Match(item) is { Success: true } match
            && (
                match.Groups["every"].Success
                || (Number(match, "from") is { } from && from <= (Number(match, "to") ?? Last))
            )
            && (!match.Groups["to"].Success || Number(match, "to") is not null)
            && (
                !match.Groups["step"].Success
                || (Number(match, "step", anyWord: false) is > 0 and var step && step <= Last)
            );

        private IEnumerable<int> NumbersOf(string item)
        {
            var match = Item().Match(item);
            var from = match.Groups["every"].Success ? First : Number(match, "from")!.Value;
            var hasStep = match.Groups["step"].Success;
            var to =
                Number(match, "to")
                ?? (
                    match.Groups["every"].Success ? Math.Min(Last, 6)
                    : hasStep ? Math.Min(Last, 6)
                    : from
                );
            var step = hasStep
                ? int.Parse(match.Groups["step"].Value, System.Globalization.CultureInfo.InvariantCulture)
                : 1;
            for (var number = from; number <= to; number += step)
            {
                yield return number % 7;
            }
        }

        private int? Number(Match match, string group, bool anyWord = true)
        {
            var text = match.Groups[group].Value;
            if (anyWord && Array.IndexOf(Words, text.ToUpperInvariant()) is >= 0 and var word)
            {
                return word + First;
            }

            return int.TryParse(text, out var number) && (group == "step" || (number >= First && number <= Last))
                ? number
                : null;
        }
    }

    [GeneratedRegex(@"^(?:(?<every>\*)|(?<from>\w+)(?:-(?<to>\w+))?)(?:/(?<step>\d+))?$")]
    private static partial Regex Item();
}
