using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Core.Migrations.Live;

/// <summary>How far a backup is known to bring a database back.</summary>
public enum BackupProof
{
    /// <summary>Nobody looked since it was made, or what looked last found it wanting.</summary>
    Never,

    /// <summary>Every byte of it was read, and is as it was written.</summary>
    Verified,

    /// <summary>It was restored, and the copy was equal.</summary>
    Drilled,
}

/// <summary>The way back that a database has now: its newest proven backup, or what is missing to have one.</summary>
public sealed record BackupStanding
{
    /// <summary>The newest proven one, else the newest; null where there is none.</summary>
    public Manifest? Backup { get; init; }

    /// <summary>How old it is.</summary>
    public TimeSpan? Age { get; init; }
    public BackupProof Proof { get; init; }

    /// <summary>When it was proven.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>How long a restore takes, its proof included: of this backup, else of the one that was drilled last.</summary>
    public double? RestoreSeconds { get; init; }

    /// <summary>What is not as it should be; null where nothing is missing.</summary>
    public string? Missing { get; init; }

    /// <summary>What would give it: a command; null where nothing is missing.</summary>
    public string? Remedy { get; init; }

    /// <param name="repository">Where the backups are.</param>
    /// <param name="database">Name of the database on its server.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<BackupStanding> ReadAsync(
        BackupRepository repository,
        string database,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var known = await ProvenBackups.ReadAsync(repository, database, cancellationToken);
        if (known.Newest is not { } newest)
        {
            return new() { Missing = $"there is no backup of database {database}", Remedy = "surety backup" };
        }

        var backup = known.NewestProven ?? newest;
        var mark = known.ProofOf(backup);
        var proof =
            mark is null ? BackupProof.Never
            : mark.Kind == BackupMark.Drilled ? BackupProof.Drilled
            : BackupProof.Verified;
        return new()
        {
            Backup = backup,
            Age = now - backup.CreatedAt,
            Proof = proof,
            ProvenAt = mark?.At,
            RestoreSeconds = (proof == BackupProof.Drilled ? mark : known.NewestDrill)?.RestoreSeconds,
            Missing =
                backup != newest ? $"backup {newest.Id} is newer, and nothing has proven it"
                : proof == BackupProof.Never ? "nothing has proven that it can be restored"
                : proof == BackupProof.Verified ? "no drill has restored it"
                : null,
            Remedy = proof == BackupProof.Drilled && backup == newest ? null : $"surety drill {newest.Id}",
        };
    }
}
