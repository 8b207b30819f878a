using System.Globalization;

namespace Surety.Repository.Journal;

/// <summary>The folder of a journal that has the operations which began in a month, in UTC.</summary>
public readonly record struct JournalMonth(int Year, int Month)
{
    public static JournalMonth Of(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month);

    /// <summary>As its folder is called: <c>2026/11</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}/{Month:00}");
}
