using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Statistics;

namespace Surety.Core.Audit;

/// <summary>Everything that an audit is made of, as it was read.</summary>
/// <param name="Records">Of the period, oldest first.</param>
/// <param name="Manifests">Of all backups that are there, oldest first.</param>
/// <param name="Storage">Null where it was left out.</param>
internal sealed record AuditFacts(
    AuditOptions Options,
    DateTimeOffset Until,
    IReadOnlyList<JournalRecord> Records,
    IReadOnlyList<Manifest> Manifests,
    MarkList Marks,
    StatisticsReport? Storage
)
{
    /// <summary>The backups that are there.</summary>
    public IReadOnlySet<BackupId> Backups { get; } = Manifests.Select(manifest => manifest.Id).ToHashSet();

    /// <summary>What is not held against a database, nor for it.</summary>
    public AsideRecords Aside { get; } = new(Manifests);

    /// <summary>
    /// Those that were backed up, or were to be, by name. A database that was only restored into is none: nobody promised
    /// to back it up.
    /// </summary>
    public IEnumerable<string> Databases() =>
        Manifests
            .Select(manifest => manifest.Database)
            .Concat(Records.Where(record => record.Operation == JournalRecord.BackupOperation).Select(r => r.Database))
            .OfType<string>()
            .Distinct()
            .Where(name => Options.Databases.Count == 0 || Options.Databases.Contains(name))
            .Order(StringComparer.Ordinal);

    /// <summary>The records about a database; with null those about none.</summary>
    public IReadOnlyList<JournalRecord> RecordsOf(string? database) =>
        [.. Records.Where(record => record.Database == database)];
}
