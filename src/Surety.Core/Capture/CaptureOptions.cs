using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;

namespace Surety.Core.Capture;

/// <summary>What to back up and how.</summary>
public sealed record CaptureOptions
{
    public required ConnectionTarget Source { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of sessions that read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);
    public SnapshotOptions Snapshot { get; init; } = new();
}
