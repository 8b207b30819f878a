namespace Surety.Core.Configuration.Serving;

/// <summary>What <c>targets</c> of a database promises; null is no promise.</summary>
/// <param name="Rpo">How old the newest proven backup may be: how much may be lost.</param>
/// <param name="Rto">How long a restore may take; null leaves it to <see cref="RestoreGoal"/>.</param>
public sealed record TargetSection(TimeSpan? Rpo = null, TimeSpan? Rto = null)
{
    /// <summary>What the product promises of a restore.</summary>
    public static readonly TimeSpan RestoreGoal = TimeSpan.FromMinutes(30);

    private static readonly string[] Keys = ["rpo", "rto"];

    /// <summary>What measured restores are held against: what is configured, else the goal.</summary>
    public TimeSpan RestoreTarget => Rto ?? RestoreGoal;

    internal static TargetSection? Read(ConfigurationNode? node) =>
        node?.Entries(Keys) is { } fields
            ? new TargetSection(fields.LastingDuration("rpo", "24h"), fields.LastingDuration("rto", "30m"))
            : null;
}
