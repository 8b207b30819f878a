using Surety.Core.Capture;
using Surety.Core.Postgres.Snapshots;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>Backs up the state that a rollback takes away.</summary>
internal sealed class SafetyBackup(SnapshotCapture capture)
{
    /// <summary>The key of the tag that names the backup to which the database was rolled back.</summary>
    public const string Tag = "before-rollback-to";

    /// <summary>Of a snapshot that a strategy took and holds; null where none was asked for.</summary>
    public async Task<Manifest?> TakeAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    ) =>
        situation.Options.SafetyBackup ? await capture.RunAsync(snapshot, Options(situation), cancellationToken) : null;

    /// <summary>Of the database as it is now; null where none was asked for.</summary>
    public async Task<Manifest?> TakeAsync(RollbackSituation situation, CancellationToken cancellationToken) =>
        situation.Options.SafetyBackup ? await capture.RunAsync(Options(situation), cancellationToken) : null;

    private static CaptureOptions Options(RollbackSituation situation) =>
        new()
        {
            Source = situation.Options.Target,
            Description = $"before the rollback to {situation.Manifest.Id}",
            Tags = new Dictionary<string, string> { [Tag] = $"{situation.Manifest.Id}" },
            Jobs = situation.Options.Jobs,
        };
}
