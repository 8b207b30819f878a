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
internal sealed record AlertSection(TimeSpan Remind)
{
    private static readonly TimeSpan StandardRemind = TimeSpan.FromHours(24);
    private static readonly string[] Keys = ["remind"];

    public static AlertSection Read(ConfigurationNode? node)
    {
        var fields = node?.Entries(Keys) ?? [];
        return new AlertSection(fields.LastingDuration("remind", "24h") ?? StandardRemind);
    }
}

/// <summary>Whom a server tells what is wrong. Not a record: addresses may hold secrets.</summary>
public sealed class AlertSetting
{
    /// <summary>An alert that lasts is told again after so long.</summary>
    public required TimeSpan Remind { get; init; }

    internal static AlertSetting Of(AlertSection section, SettingsSources sources, string? folder) =>
        new() { Remind = section.Remind };
}
