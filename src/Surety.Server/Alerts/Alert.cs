using System.Text.Json.Serialization;
using Surety.Core.Configuration.Serving;

namespace Surety.Server.Alerts;

/// <summary>Something that was found wrong, from then until it is well again. Immutable.</summary>
public sealed record Alert
{
    /// <summary>Stable for as long as it lasts: <c>backup-failed:shop</c>.</summary>
    public required string Key { get; init; }

    public required AlertCondition Condition { get; init; }

    /// <summary>How much it matters now; of one that is over, how much it did at most.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<AlertSeverity>))]
    public required AlertSeverity Severity { get; init; }

    /// <summary>By their names in the configuration.</summary>
    public required IReadOnlyList<string> Databases { get; init; }

    /// <summary>A table or a repository; or null.</summary>
    public string? Object { get; init; }

    /// <summary>A lower-case fact, as it was found last.</summary>
    public required string Text { get; init; }

    public string? Hint { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was last told.</summary>
    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>The channels that have not taken what was last told of it, be it that it is over.</summary>
    public IReadOnlyList<string> Untold { get; init; } = [];

    /// <summary>True of the same alert at another time: one that opens again is another one.</summary>
    internal bool IsSame(Alert other) => Key == other.Key && Since == other.Since;

    internal static Alert Of(AlertFinding finding, DateTimeOffset now) =>
        new()
        {
            Key = finding.Key,
            Condition = finding.Condition,
            Severity = finding.Severity,
            Databases = finding.Databases,
            Object = finding.Object,
            Text = finding.Text,
            Hint = finding.Hint,
            Since = now,
            ToldAt = now,
        };
}

/// <summary>Why an alert is told.</summary>
public enum AlertEvent
{
    Opened,

    /// <summary>It matters more than before.</summary>
    Worse,

    /// <summary>It lasts.</summary>
    Reminder,
    Recovered,

    /// <summary>Somebody wants to know whether a channel works.</summary>
    Test,
}

/// <summary>An alert that is told.</summary>
public sealed record AlertNotice(AlertEvent Event, Alert Alert, DateTimeOffset At);
