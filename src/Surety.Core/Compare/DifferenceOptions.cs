using Surety.Core.Compare.Differences;

namespace Surety.Core.Compare;

/// <summary>What to compare and how.</summary>
public sealed record DifferenceOptions
{
    /// <summary>Only these tables, named as SQL names them, and nothing but their rows; none for everything.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Number of sessions that read rows at once.</summary>
    public int Jobs { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 8);

    /// <summary>
    /// Does not read a database in which no transaction has ended since the backup. For a backup of a moment ago: a server
    /// that was set back in time could show the same transactions with other rows.
    /// </summary>
    public bool TrustTransactions { get; init; }

    /// <summary>About how much memory the differing rows of a table may take at once.</summary>
    public long MemoryBytes { get; init; } = RowDifference.StandardMemoryBytes;
}
