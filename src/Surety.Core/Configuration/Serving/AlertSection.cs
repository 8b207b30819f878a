namespace Surety.Core.Configuration.Serving;

/// <summary>How much an alert matters; each is more than the ones before it.</summary>
public enum AlertSeverity
{
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>What <c>alerts</c> in <c>surety.yaml</c> says; variables are not yet expanded.</summary>
internal sealed record AlertSection(
    TimeSpan Remind,
    int Failures,
    double Shrink,
    FreeSpace Storage,
    IReadOnlyList<AlertChannelSection> Channels,
    HeartbeatSection? Heartbeat
)
{
    private const int StandardFailures = 3;
    private const double StandardShrink = 0.5;
    private static readonly TimeSpan StandardRemind = TimeSpan.FromHours(24);
    private static readonly string[] Keys = ["remind", "failures", "shrink", "storage", "channels", "heartbeat"];

    public static AlertSection Read(ConfigurationNode? node)
    {
        var fields = node?.Entries(Keys) ?? [];
        return new AlertSection(
            fields.LastingDuration("remind", "24h") ?? StandardRemind,
            fields.Number("failures") ?? StandardFailures,
            fields.Percent("shrink", "50%") ?? StandardShrink,
            FreeSpace.Read(fields.Text("storage")) ?? FreeSpace.Standard,
            [.. fields.GetValueOrDefault("channels")?.Entries(known: null).Select(AlertChannelSection.Read) ?? []],
            HeartbeatSection.Read(fields.GetValueOrDefault("heartbeat"))
        );
    }
}

/// <summary>Whom a server tells what is wrong, and from when on it is. Not a record: addresses may hold secrets.</summary>
public sealed class AlertSetting
{
    /// <summary>An alert that lasts is told again after so long.</summary>
    public required TimeSpan Remind { get; init; }

    /// <summary>A backup that failed so often in a row is critical.</summary>
    public required int Failures { get; init; }

    /// <summary>What share of its rows a table may lose between two backups, from 0 to 1.</summary>
    public required double Shrink { get; init; }

    /// <summary>What has to be free where a repository is a folder.</summary>
    public required FreeSpace Storage { get; init; }

    public required IReadOnlyList<AlertChannelSetting> Channels { get; init; }

    /// <summary>Null where nobody waits for a sign of life.</summary>
    public required HeartbeatSetting? Heartbeat { get; init; }

    internal static AlertSetting Of(
        AlertSection section,
        SettingsSources sources,
        string? folder,
        IReadOnlyList<string> databases
    ) =>
        new()
        {
            Remind = section.Remind,
            Failures = section.Failures,
            Shrink = section.Shrink,
            Storage = section.Storage,
            Channels = [.. section.Channels.Select(channel => channel.Expand(sources, folder!, databases))],
            Heartbeat = section.Heartbeat?.Expand(sources),
        };
}
