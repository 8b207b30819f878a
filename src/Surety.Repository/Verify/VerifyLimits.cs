namespace Surety.Repository.Verify;

/// <summary>Which data a verification reads; what does not depend on reading data is always checked whole.</summary>
public sealed record VerifyLimits
{
    /// <summary>Everything is read.</summary>
    public static VerifyLimits None { get; } = new();

    /// <summary>Only what was not read within that time, or never; null for whatever its age.</summary>
    public TimeSpan? OlderThan { get; init; }

    /// <summary>Only a part of it; null for all.</summary>
    public DataSubset? Subset { get; init; }

    public bool IsNone => this == None;
}
