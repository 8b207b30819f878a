using Surety.Core.Capture;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>Backs up the state that a rollback takes away.</summary>
internal sealed class SafetyBackup(SnapshotCapture capture)
{
    /// <summary>Of a snapshot that a strategy took and holds; null where none was asked for.</summary>
    /// <param name="situation">What is rolled back.</param>
    /// <param name="snapshot">Still as it was taken.</param>
    /// <param name="schemas">Those that the snapshot was taken of.</param>
    /// <param name="cancellationToken">Ends it; there is no backup then.</param>
    public async Task<Manifest?> TakeAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        SchemaFilter schemas,
        CancellationToken cancellationToken
    )
    {
        var options = Options(situation) with { Snapshot = new SnapshotOptions { Schemas = schemas } };
        return situation.Options.SafetyBackup ? await capture.RunAsync(snapshot, options, cancellationToken) : null;
    }

    /// <summary>Of the database as it is now; null where none was asked for.</summary>
    public async Task<Manifest?> TakeAsync(RollbackSituation situation, CancellationToken cancellationToken) =>
        situation.Options.SafetyBackup ? await capture.RunAsync(Options(situation), cancellationToken) : null;

    private static CaptureOptions Options(RollbackSituation situation) =>
        new()
        {
            Source = situation.Options.Target,
            Description = $"before the rollback to {situation.Manifest.Id}",
            Tags = new Dictionary<string, string> { [Manifest.SafetyTag] = $"{situation.Manifest.Id}" },
            Jobs = situation.Options.Jobs,
        };
}
