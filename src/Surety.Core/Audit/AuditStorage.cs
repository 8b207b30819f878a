using Surety.Repository.Journal;
using Surety.Repository.Statistics;

namespace Surety.Core.Audit;

/// <summary>What the backups hold, and what that takes. Bytes.</summary>
/// <param name="DataBytes">The newest backup: how large the data is.</param>
/// <param name="HeldBytes">What all backups hold together.</param>
/// <param name="StoredBytes">What that takes in the repository.</param>
/// <param name="StoredToData">How many times the data that is; null where there is no data.</param>
/// <param name="Dedupe">How many times smaller it is for what backups share.</param>
/// <param name="Compression">How many times smaller it is for compression.</param>
/// <param name="AddedPerBackup">On average; null for fewer than two backups.</param>
/// <param name="AddedInPeriod">What the backups of the period added, those forgotten since too.</param>
public sealed record AuditStorage(
    long DataBytes,
    long HeldBytes,
    long StoredBytes,
    double? StoredToData,
    double? Dedupe,
    double? Compression,
    long? AddedPerBackup,
    long AddedInPeriod
)
{
    /// <summary>Of the repository: what no backup needs, or only forgotten ones, too. Null for a single database.</summary>
    public long? AllBytes { get; init; }

    internal static AuditStorage Of(StorageFigures figures, IReadOnlyList<JournalRecord> records) =>
        new(
            figures.DataBytes,
            figures.HeldBytes,
            figures.StoredBytes,
            figures.StoredToData,
            figures.Dedupe,
            figures.Compression,
            figures.GrowthBytes,
            (long)
                records
                    .Where(record => record is { Operation: JournalRecord.BackupOperation, Succeeded: true })
                    .Sum(record => record.Figure("newBytes") ?? 0)
        );
}
