using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Server.Served;

/// <summary>What the documents of a repository say at one moment.</summary>
/// <param name="Name">As the configuration calls it, or where it is.</param>
/// <param name="Location">Where it is.</param>
/// <param name="Backups">Of all databases, oldest first.</param>
/// <param name="Marks">What is known of them.</param>
/// <param name="Journal">Everything that was done, oldest first.</param>
/// <param name="ReadAt">When this was read.</param>
public sealed record RepositoryView(
    string Name,
    string Location,
    ManifestList Backups,
    MarkList Marks,
    JournalList Journal,
    DateTimeOffset ReadAt
)
{
    private Dictionary<(string Operation, string? Database), List<JournalRecord>>? records;
    private AsideRecords? aside;

    /// <summary>Who holds it, now or until they died.</summary>
    public IReadOnlyList<LockState> Locks { get; init; } = [];

    /// <summary>The backups of a database, by its name on its server; the newest first.</summary>
    public IReadOnlyList<Manifest> BackupsOf(string databaseName) =>
        [.. Backups.Where(backup => backup.Database == databaseName).Reverse()];

    /// <summary>Of these, those that it is protected by: <see cref="Manifest.StandsForDatabase"/>.</summary>
    public IReadOnlyList<Manifest> ProtectionOf(string databaseName) =>
        [.. BackupsOf(databaseName).Where(backup => backup.StandsForDatabase)];

    /// <summary>
    /// What the journal has of one operation on one database, or of one that named none, oldest first. The journal of years is
    /// gone through once, whoever asks for what.
    /// </summary>
    public IReadOnlyList<JournalRecord> RecordsOf(string operation, string? databaseName)
    {
        records ??= Journal
            .Records.GroupBy(record => (record.Operation, record.Database))
            .ToDictionary(group => group.Key, group => group.ToList());
        return records.TryGetValue((operation, databaseName), out var found) ? found : [];
    }

    /// <summary>What is not held against a database, nor for it.</summary>
    public AsideRecords Aside => aside ??= new AsideRecords(Backups);

    /// <summary>True where a check proves it: the same judgement as the command line's.</summary>
    public bool IsProven(Manifest backup) => Marks.FindProof(backup.Id) is not null;
}
