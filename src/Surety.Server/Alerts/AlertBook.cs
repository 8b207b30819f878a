using System.Text.Json;

namespace Surety.Server.Alerts;

/// <summary>
/// Which alerts are open and which are over. Pure: a book and what is found now make the next book and what is to be told.
/// So each alert is told once when it opens, again when it matters more or lasts, and once when it is over.
/// </summary>
/// <param name="Open">By their keys.</param>
/// <param name="Over">The last ones, the newest first; no more than <see cref="MostOver"/>.</param>
public sealed record AlertBook(IReadOnlyDictionary<string, Alert> Open, IReadOnlyList<Alert> Over)
{
    private const int MostOver = 200;

    public static AlertBook Empty { get; } = new(new Dictionary<string, Alert>(), []);

    /// <summary>When everything was looked at last; null where nobody has, and nothing is known.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>How often a channel has yet to take something.</summary>
    internal int Untold => Open.Values.Concat(Over).Sum(alert => alert.Untold.Count);

    /// <summary>What <see cref="ToJson"/> wrote. One that cannot be read is an empty one: alerts that last are told once more.</summary>
    internal static AlertBook FromJson(string? document)
    {
        try
        {
            return document is null
                ? Empty
                : JsonSerializer.Deserialize(document, AlertJson.Default.AlertBook) ?? Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(this, AlertJson.Default.AlertBook);

    /// <param name="found">What is wrong now.</param>
    /// <param name="isUnknown">True of an alert that could not be judged now: it is neither found nor over.</param>
    /// <param name="remind">After which one that lasts is told again.</param>
    /// <param name="now">The time.</param>
    internal (AlertBook Next, IReadOnlyList<AlertNotice> Notices) Step(
        IEnumerable<AlertFinding> found,
        Func<Alert, bool> isUnknown,
        TimeSpan remind,
        DateTimeOffset now
    )
    {
        var open = new Dictionary<string, Alert>();
        var notices = new List<AlertNotice>();
        foreach (var finding in found)
        {
            var known = Open.GetValueOrDefault(finding.Key);
            var next = Updated(known, finding, now);
            if (EventOf(known, next, remind, now) is { } told)
            {
                next = next with { ToldAt = now };
                notices.Add(new AlertNotice(told, next, now));
            }

            open[finding.Key] = next;
        }

        var over = new List<Alert>();
        foreach (var alert in Open.Values.Where(alert => !open.ContainsKey(alert.Key)))
        {
            if (isUnknown(alert))
            {
                open[alert.Key] = alert;
                continue;
            }

            over.Add(alert with { RecoveredAt = now, ToldAt = now });
            notices.Add(new AlertNotice(AlertEvent.Recovered, over[^1], now));
        }

        return (new AlertBook(open, [.. over.Concat(Over).Take(MostOver)]) { LookedAt = now }, notices);
    }

    /// <summary>The same with every alert noted again, those that are over too.</summary>
    internal AlertBook Select(Func<Alert, Alert> note) =>
        this with
        {
            Open = Open.ToDictionary(pair => pair.Key, pair => note(pair.Value)),
            Over = [.. Over.Select(note)],
        };

    /// <summary>What this book has that another one knows nothing of.</summary>
    internal AlertBook Beyond(AlertBook other) =>
        this with
        {
            Open = Open.Where(pair => !other.Open.ContainsKey(pair.Key) && !other.IsOver(pair.Value)).ToDictionary(),
            Over = [.. Over.Where(alert => !other.IsOver(alert) && !other.Open.Values.Any(alert.IsSame))],
        };

    /// <summary>The same with what only another book has.</summary>
    internal AlertBook With(AlertBook more) =>
        this with
        {
            Open = Open.Concat(more.Open).ToDictionary(),
            Over = [.. Over.Concat(more.Over).OrderByDescending(alert => alert.RecoveredAt).Take(MostOver)],
        };

    private bool IsOver(Alert alert) => Over.Any(alert.IsSame);

    private static Alert Updated(Alert? known, AlertFinding finding, DateTimeOffset now) =>
        known is null
            ? Alert.Of(finding, now)
            : known with
            {
                // What has been critical stays so until it is over: it would be told again with every change.
                Severity = finding.Severity > known.Severity ? finding.Severity : known.Severity,
                Text = finding.Text,
                Hint = finding.Hint,
                Databases = finding.Databases,
            };

    private static AlertEvent? EventOf(Alert? known, Alert next, TimeSpan remind, DateTimeOffset now) =>
        known is null ? AlertEvent.Opened
        : next.Severity > known.Severity ? AlertEvent.Worse
        : now - known.ToldAt >= remind ? AlertEvent.Reminder
        : null;
}
