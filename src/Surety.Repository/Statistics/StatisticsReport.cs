using Surety.Repository.Manifests;
using Surety.Repository.Prune;

namespace Surety.Repository.Statistics;

/// <summary>What a repository holds, and what that takes.</summary>
/// <param name="Databases">Those with backups, by name.</param>
/// <param name="Whole">All of them together: what two databases share counts once.</param>
/// <param name="Forgotten">Objects that forgotten backups alone need.</param>
/// <param name="Unneeded">Objects that no backup needs; some may belong to one that is being made.</param>
/// <param name="MissingObjects">How many a backup names and the store does not list.</param>
/// <param name="Damaged">Backups that could not be read: what only they need counts as unneeded.</param>
public sealed record StatisticsReport(
    IReadOnlyList<DatabaseStatistics> Databases,
    StorageFigures Whole,
    ObjectTally Forgotten,
    ObjectTally Unneeded,
    long MissingObjects,
    IReadOnlyList<DamagedManifest> Damaged
)
{
    /// <summary>Everything that is stored, of backups or not. Bytes.</summary>
    public long AllBytes => Whole.StoredBytes + Forgotten.Bytes + Unneeded.Bytes;

    /// <summary>How many times the data everything takes; null where there is no data.</summary>
    public double? StoredToData => StorageFigures.Ratio(AllBytes, Whole.DataBytes);
}

/// <param name="Name">Of the database.</param>
/// <param name="Figures">Its backups.</param>
public sealed record DatabaseStatistics(string Name, StorageFigures Figures);

/// <summary>Of some backups. Bytes.</summary>
public sealed record StorageFigures
{
    public int Backups { get; init; }

    /// <summary>Plain bytes of the newest backup that stands for each database: how large the data is.</summary>
    public long DataBytes { get; init; }

    /// <summary>Plain bytes of everything that each of the backups holds, together.</summary>
    public long HeldBytes { get; init; }

    /// <summary>The same, with what is the same counted once.</summary>
    public long UniqueBytes { get; init; }

    /// <summary>Bytes of these objects in the repository, headers included.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Number of these objects.</summary>
    public long Objects { get; init; }

    /// <summary>What a backup added to the repository, on average of all but the oldest of each database; null for none.</summary>
    public long? GrowthBytes { get; init; }

    /// <summary>How many times smaller it is for what is the same.</summary>
    public double? Dedupe => Ratio(HeldBytes, UniqueBytes);

    /// <summary>How many times smaller it is for compression.</summary>
    public double? Compression => Ratio(UniqueBytes, StoredBytes);

    /// <summary>How many times the data the backups take.</summary>
    public double? StoredToData => Ratio(StoredBytes, DataBytes);

    internal static double? Ratio(long of, long to) => to == 0 ? null : (double)of / to;
}
