using System.Globalization;

namespace Surety.Repository.Retention;

/// <summary>A time span as somebody would type it: <c>30d</c>, <c>36h</c>, <c>90s</c>.</summary>
internal static class DurationText
{
    public static string Of(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerDay == 0 ? Text(duration.TotalDays, "d")
        : duration.Ticks % TimeSpan.TicksPerHour == 0 ? Text(duration.TotalHours, "h")
        : duration.Ticks % TimeSpan.TicksPerMinute == 0 ? Text(duration.TotalMinutes, "m")
        : Text(duration.TotalSeconds, "s");

    private static string Text(double number, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:0.###}{unit}");
}
