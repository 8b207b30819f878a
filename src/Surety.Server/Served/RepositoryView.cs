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
    /// <summary>Who holds it, now or until they died.</summary>
    public IReadOnlyList<LockState> Locks { get; init; } = [];

    /// <summary>The backups of a database, by its name on its server; the newest first.</summary>
    public IReadOnlyList<Manifest> BackupsOf(string databaseName) =>
        [.. Backups.Where(backup => backup.Database == databaseName).Reverse()];

    /// <summary>Of these, those that it is protected by: <see cref="Manifest.StandsForDatabase"/>.</summary>
    public IReadOnlyList<Manifest> ProtectionOf(string databaseName) =>
        [.. BackupsOf(databaseName).Where(backup => backup.StandsForDatabase)];

    /// <summary>True where a check proves it: the same judgement as the command line's.</summary>
    public bool IsProven(Manifest backup) => Marks.FindProof(backup.Id) is not null;
}
