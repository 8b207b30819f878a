using Surety.Core.Compare.Differences;

namespace Surety.Core.Compare;

/// <summary>What to compare and how.</summary>
public sealed record DifferenceOptions
{
    /// <summary>Only these tables, named as SQL names them, and nothing but their rows; none for everything.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Number of sessions that read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>About how much memory the differing rows of a table may take at once.</summary>
    public long MemoryBytes { get; init; } = RowDifference.StandardMemoryBytes;
}
