namespace Surety.Core.Configuration.Serving;

/// <summary>What <c>alerts.heartbeat</c> says; variables are not yet expanded.</summary>
internal sealed record HeartbeatSection(ConfigurationValue Url, TimeSpan Every, bool OnlyWhenHealthy)
{
    private static readonly TimeSpan StandardEvery = TimeSpan.FromMinutes(5);
    private static readonly string[] Keys = ["url", "every", "only-when-healthy"];

    public static HeartbeatSection? Read(ConfigurationNode? node) =>
        node?.Entries(Keys) is { } fields
            ? new HeartbeatSection(
                fields.Text("url")
                    ?? throw node.Place.Error($"{node.Place.Key} has no url", "add the address that waits for it"),
                fields.LastingTimerDuration("every", "5m") ?? StandardEvery,
                fields.Switch("only-when-healthy") ?? true
            )
            : null;

    public HeartbeatSetting Expand(SettingsSources sources) =>
        new()
        {
            Url = Url.ExpandWebAddress(sources),
            Every = Every,
            OnlyWhenHealthy = OnlyWhenHealthy,
        };
}

/// <summary>A sign of life for somebody who raises the alarm when it stays away. Not a record: the address may be a secret.</summary>
public sealed class HeartbeatSetting
{
    public required Uri Url { get; init; }

    public required TimeSpan Every { get; init; }

    /// <summary>No sign while a database is not well.</summary>
    public required bool OnlyWhenHealthy { get; init; }
}
