using System.Globalization;

namespace Surety.Repository.Retention;

/// <summary>A time span as people type it: <c>30d</c>, <c>36h</c>, <c>90s</c>.</summary>
public static class DurationText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>A whole number and one of ms, s, m, h, d; or 0. A century is the most.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? text.Length : end;
        duration = TimeSpan.Zero;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        TimeSpan? unit = text[digits..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            "d" => TimeSpan.FromDays(1),
            "" when number == 0 => TimeSpan.Zero,
            _ => null,
        };
        if (unit is null || (unit > TimeSpan.Zero && number > Longest / unit.Value))
        {
            return false;
        }

        duration = number * unit.Value;
        return true;
    }

    /// <summary>The shortest way to type it.</summary>
    public static string Of(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerDay == 0 ? Text(duration.TotalDays, "d")
        : duration.Ticks % TimeSpan.TicksPerHour == 0 ? Text(duration.TotalHours, "h")
        : duration.Ticks % TimeSpan.TicksPerMinute == 0 ? Text(duration.TotalMinutes, "m")
        : Text(duration.TotalSeconds, "s");

    private static string Text(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:0.###}{unit}");
}
