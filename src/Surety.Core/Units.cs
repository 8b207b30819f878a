using System.Globalization;

namespace Surety.Core;

/// <summary>How figures look to people, the same in every language environment.</summary>
public static class Units
{
    private static readonly string[] ByteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>SI units, one decimal: <c>512.3 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = Scale(bytes);
        return unit == 0 ? Invariant($"{bytes} B") : Invariant($"{value:0.0} {ByteUnits[unit]}");
    }

    /// <summary>Bytes per second; the decimal goes where it would only flicker: <c>8.4 MB/s</c>, <c>101 MB/s</c>.</summary>
    public static string Rate(double bytesPerSecond)
    {
        var (value, unit) = Scale(bytesPerSecond);
        return value >= 99.95 || unit == 0
            ? Invariant($"{value:0} {ByteUnits[unit]}/s")
            : Invariant($"{value:0.0} {ByteUnits[unit]}/s");
    }

    /// <summary><c>1,234,567</c>.</summary>
    public static string Count(long count) => Invariant($"{count:N0}");

    /// <summary>A part of a whole, never rounded up to what was not reached: <c>99.99 %</c> for 0.99999.</summary>
    public static string Percent(double part) => Invariant($"{Math.Floor(Math.Round(part * 10_000, 6)) / 100:0.##} %");

    /// <summary>A count and its noun: <c>1 table</c>, <c>3 tables</c>.</summary>
    public static string Count(long count, string noun) => $"{Count(count)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary><c>0.8 s</c>, <c>2 min 05 s</c>, <c>1 h 04 min</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration.TotalSeconds < 59.95)
        {
            return Invariant($"{duration.TotalSeconds:0.0} s");
        }

        var whole = TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds));
        return whole.TotalHours < 1
            ? Invariant($"{whole.Minutes} min {whole.Seconds:00} s")
            : Invariant($"{(long)whole.TotalHours} h {whole.Minutes:00} min");
    }

    /// <summary>How long ago, roughly: <c>3 days</c>, <c>5 h</c>, <c>12 min</c>.</summary>
    public static string Age(TimeSpan age) =>
        age.TotalDays >= 2 ? Count((long)age.TotalDays, "day")
        : age.TotalHours >= 1 ? Invariant($"{(long)age.TotalHours} h")
        : Invariant($"{Math.Max(0, (long)age.TotalMinutes)} min");

    /// <summary>A limit as somebody would type it, in words: <c>30 min</c>, <c>90 s</c>.</summary>
    public static string Limit(TimeSpan limit) =>
        limit.Ticks % TimeSpan.TicksPerHour == 0 ? Invariant($"{limit.TotalHours:0} h")
        : limit.Ticks % TimeSpan.TicksPerMinute == 0 ? Invariant($"{limit.TotalMinutes:0} min")
        : Invariant($"{limit.TotalSeconds:0.###} s");

    /// <summary>Time left, as a clock: <c>0:12</c>, <c>1:02:03</c>.</summary>
    public static string Clock(TimeSpan left) =>
        left.TotalHours < 1
            ? Invariant($"{left.Minutes}:{left.Seconds:00}")
            : Invariant($"{(long)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}");

    /// <summary><c>2026-11-20 17:14:49Z</c>.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Divides by 1000 until the rounded value has at most three digits before the point.</summary>
    private static (double Value, int Unit) Scale(double value)
    {
        var unit = 0;
        while (value >= (unit == 0 ? 1000 : 999.95) && unit < ByteUnits.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return (value, unit);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
