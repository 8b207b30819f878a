using Surety.Core.Configuration.Serving;

namespace Surety.Server.Alerts.Channels;

/// <summary>A notice as people read it.</summary>
internal static class NoticeText
{
    /// <summary>One line: <c>[CRITICAL] the newest proven backup of shop is 3 h old ...</c>.</summary>
    public static string Title(AlertNotice notice) =>
        $"[{LabelOf(notice)}] {notice.Alert.Text}".ReplaceLineEndings(" ");

    /// <summary>What stands below the title, a line each.</summary>
    public static IEnumerable<string> Details(AlertNotice notice)
    {
        var alert = notice.Alert;
        if (alert.RecoveredAt is { } over)
        {
            yield return $"It lasted from {TimeOf(alert.Since)} to {TimeOf(over)}.";
        }
        else
        {
            if (alert.Hint is { } hint)
            {
                yield return $"What to do: {hint}";
            }

            yield return $"Since {TimeOf(alert.Since)}, {NameOf(alert.Severity)}, {alert.Key}";
        }

        yield return $"Surety on {Environment.MachineName}";
    }

    public static string NameOf(AlertSeverity severity) => $"{severity}".ToLowerInvariant();

    private static string LabelOf(AlertNotice notice) =>
        notice.Event switch
        {
            AlertEvent.Recovered => "OVER",
            AlertEvent.Test => "TEST",
            AlertEvent.Reminder => $"STILL {Upper(notice.Alert.Severity)}",
            _ => Upper(notice.Alert.Severity),
        };

    private static string Upper(AlertSeverity severity) => $"{severity}".ToUpperInvariant();

    private static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("u");
}
