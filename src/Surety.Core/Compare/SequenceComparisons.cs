using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Repository.Manifests;

namespace Surety.Core.Compare;

/// <summary>Compares the state of sequences: what the next nextval would return.</summary>
internal static class SequenceComparisons
{
    public static async Task<IReadOnlyList<SequenceComparison>> OfAsync(
        BackupContents backup,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    ) => Between(backup.Sequences, await ReadAsync(backup, snapshot, cancellationToken));

    /// <summary>The sequences of the database, of the schemas that the backup is limited to.</summary>
    public static async Task<IReadOnlyList<SequenceEntry>> ReadAsync(
        BackupContents backup,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        var sequences = await snapshot.Catalog.ReadSequencesAsync(RowComparison.Filter(backup), cancellationToken);
        return await snapshot.Catalog.ReadSequenceStatesAsync(sequences.Where(s => s.Selectable), cancellationToken);
    }

    public static IReadOnlyList<SequenceComparison> Between(
        IReadOnlyList<SequenceEntry> backup,
        IReadOnlyList<SequenceEntry> database
    )
    {
        var kept = backup.ToDictionary(QualifiedName.Of);
        var present = database.ToDictionary(QualifiedName.Of);
        return
        [
            .. kept
                .Keys.Union(present.Keys)
                .Select(name => Compare(name, kept.GetValueOrDefault(name), present.GetValueOrDefault(name))),
        ];
    }

    private static SequenceComparison Compare(QualifiedName name, SequenceEntry? backup, SequenceEntry? database) =>
        new(
            name.ToString(),
            (backup, database) switch
            {
                (_, null) => ComparisonStatus.Missing,
                (null, _) => ComparisonStatus.Extra,
                _ when backup == database => ComparisonStatus.Exact,
                _ => ComparisonStatus.Mismatch,
            },
            State(backup),
            State(database)
        );

    private static (long LastValue, bool IsCalled)? State(SequenceEntry? entry) =>
        entry is null ? null : (entry.LastValue, entry.IsCalled);
}
