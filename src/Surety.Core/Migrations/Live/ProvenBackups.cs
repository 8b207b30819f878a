using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Core.Migrations.Live;

/// <summary>What the marks of a repository prove of the backups that stand for one database.</summary>
internal sealed class ProvenBackups
{
    // The newest first.
    private readonly IReadOnlyList<Manifest> backups;
    private readonly MarkList marks;

    private ProvenBackups(IReadOnlyList<Manifest> backups, MarkList marks) =>
        (this.backups, this.marks) = (backups, marks);

    /// <param name="repository">Where they are.</param>
    /// <param name="database">Name of the database on its server.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ProvenBackups> ReadAsync(
        BackupRepository repository,
        string database,
        CancellationToken cancellationToken
    )
    {
        var manifests = await repository.Manifests.ListAsync(cancellationToken);
        var marks = await repository.Marks.ListAsync(cancellationToken);
        return new ProvenBackups(
            [.. manifests.Where(m => m.Database == database && m.StandsForDatabase).Reverse()],
            marks
        );
    }

    public Manifest? Newest => backups.Count > 0 ? backups[0] : null;

    public Manifest? NewestProven => backups.FirstOrDefault(backup => ProofOf(backup) is not null);

    /// <summary>The mark of the newest drill that proved one of them.</summary>
    public BackupMark? NewestDrill =>
        backups
            .Select(backup => marks.Find(backup.Id, BackupMark.Drilled))
            .OfType<BackupMark>()
            .Where(mark => mark.Passed)
            .MaxBy(mark => mark.At);

    /// <summary>The check that proves it; null for none.</summary>
    public BackupMark? ProofOf(Manifest backup) => marks.FindProof(backup.Id);
}
