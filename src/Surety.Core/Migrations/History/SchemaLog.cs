using Surety.Core.Postgres.Schema;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.History;

/// <summary>What changed in a schema between two backups of a database that follow each other.</summary>
/// <param name="Changes">Said of <paramref name="After"/>, compared with <paramref name="Before"/>.</param>
/// <param name="Doubt">Why some of them may be no change of the schema, or null.</param>
public sealed record SchemaLogEntry(
    Manifest Before,
    Manifest After,
    IReadOnlyList<SchemaDifference> Changes,
    string? Doubt
);

/// <param name="Backup">Id of a backup whose schema could not be read: changes around it are told of its neighbours.</param>
/// <param name="Reason">Why, as a lower-case fact.</param>
public sealed record UnreadableSchema(string Backup, string Reason);

/// <param name="Backups">Number of backups that were looked at.</param>
/// <param name="Entries">Newest first.</param>
public sealed record SchemaLogReport(
    int Backups,
    IReadOnlyList<SchemaLogEntry> Entries,
    IReadOnlyList<UnreadableSchema> Unreadable
);

/// <summary>
/// The history of a schema, from the schema texts that its backups keep. A backup whose text is the same object as that of
/// the one before is not read at all.
/// </summary>
public sealed class SchemaLog(BackupRepository repository, OperationProgress progress)
{
    /// <param name="database">Only backups of this database; of all, each for itself, where it is null.</param>
    /// <param name="since">Only changes that a backup since then shows for the first time.</param>
    public Task<SchemaLogReport> ReadAsync(
        string? database,
        DateTimeOffset since,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "schema log",
            token => ReadLockedAsync(database, since, token),
            cancellationToken
        );

    private async Task<SchemaLogReport> ReadLockedAsync(
        string? database,
        DateTimeOffset since,
        CancellationToken cancellationToken
    )
    {
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var entries = new List<SchemaLogEntry>();
        var unreadable = manifests.Damaged.Select(d => new UnreadableSchema(d.Backup, d.Reason)).ToList();
        var wanted = manifests.Where(m => database is null || m.Database == database).ToList();
        progress.Begin("reading schemas");
        foreach (var series in wanted.GroupBy(m => (m.Database, m.Source.SystemIdentifier)))
        {
            await ReadSeriesAsync([.. series], since, entries, unreadable, cancellationToken);
        }

        return new SchemaLogReport(
            wanted.Count,
            [.. entries.OrderByDescending(e => e.After.CreatedAt).ThenByDescending(e => e.After.Id)],
            unreadable
        );
    }

    private async Task ReadSeriesAsync(
        List<Manifest> series,
        DateTimeOffset since,
        List<SchemaLogEntry> entries,
        List<UnreadableSchema> unreadable,
        CancellationToken cancellationToken
    )
    {
        // A backup of some schemas lacks the others without their being dropped: each scope is a history of its own.
        var newest = new Dictionary<string, BackupSchema>();
        foreach (var manifest in series)
        {
            try
            {
                var schema = await BackupSchema.OpenAsync(repository, manifest, cancellationToken);
                if (newest.TryGetValue(schema.Scope, out var before) && manifest.CreatedAt >= since)
                {
                    var changes = await before.DifferencesAsync(schema, cancellationToken);
                    if (changes.Count > 0)
                    {
                        entries.Add(new(before.Manifest, manifest, changes, before.DoubtAgainst(schema)));
                    }
                }

                newest[schema.Scope] = schema;
            }
            catch (SuretyException e) when (e.Code is ErrorCode.ObjectDamaged or ErrorCode.ObjectMissing)
            {
                unreadable.Add(new UnreadableSchema($"{manifest.Id}", e.Message));
            }
        }
    }
}
