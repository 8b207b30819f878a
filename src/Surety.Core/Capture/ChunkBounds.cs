using Surety.Core.Scan;

namespace Surety.Core.Capture;

/// <summary>
/// How large the chunks of a table are, in plain bytes. Small ones save space, since a changed row costs its whole chunk; but
/// each is a file or a request, and a line in the list of contents (docs/decisions/0022).
/// </summary>
/// <param name="Minimum">Of all but the last chunk of a range.</param>
/// <param name="Average">Between two cuts, beyond the minimum.</param>
internal readonly record struct ChunkBounds(int Minimum, int Average)
{
    /// <summary>Of every chunk, unless a single row is larger.</summary>
    public const int Maximum = 8 << 20;

    // One step only: a table that grows past it is stored anew once.
    private const long LargeTable = 8L << 30;

    public static ChunkBounds Small { get; } = new(256 << 10, 256 << 10);

    public static ChunkBounds Large { get; } = new(1 << 20, 1 << 20);

    /// <summary>By the table's size on disk. Large objects have none that is known; what is in them hardly ever changes.</summary>
    public static ChunkBounds For(ScanTable table) =>
        table.Query is null && table.Size.TotalBytes < LargeTable ? Small : Large;
}
