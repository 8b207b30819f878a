namespace Surety.Core.Configuration.Serving;

/// <summary>What <c>targets</c> of a database promises; null is no promise.</summary>
/// <param name="Rpo">How old the newest proven backup may be: how much may be lost.</param>
/// <param name="Rto">How long a restore may take.</param>
public sealed record TargetSection(TimeSpan? Rpo = null, TimeSpan? Rto = null)
{
    private static readonly string[] Keys = ["rpo", "rto"];

    internal static TargetSection? Read(ConfigurationNode? node) =>
        node?.Entries(Keys) is { } fields
            ? new TargetSection(fields.LastingDuration("rpo", "24h"), fields.LastingDuration("rto", "30m"))
            : null;
}
