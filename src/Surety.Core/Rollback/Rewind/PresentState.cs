using Surety.Core.Compare;
using Surety.Core.Compare.Differences;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>
/// The rows that the database has now, as chunks: those of the safety backup, or where there is none, in a temporary folder.
/// </summary>
internal sealed class PresentState(
    BackupRepository repository,
    SafetyBackup safetyBackup,
    TimeProvider clock,
    OperationProgress progress
) : IDisposable
{
    private ScratchObjects? scratch;

    public StoredState State { get; private set; } = null!;

    public Manifest? SafetyBackup { get; private set; }

    /// <summary>Takes the safety backup, unless none was asked for: then as <see cref="ReadAsync"/>.</summary>
    public async Task BackUpAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        var schemas = RowComparison.Filter(situation.Contents);
        SafetyBackup = await safetyBackup.TakeAsync(situation, snapshot, schemas, cancellationToken);
        if (SafetyBackup is null)
        {
            await ReadAsync(situation, snapshot, cancellationToken);
            return;
        }

        var contents = await repository.Manifests.ReadContentsAsync(SafetyBackup, cancellationToken);
        State = new StoredState(contents, repository.Objects);
    }

    /// <summary>Reads the database without leaving anything of it.</summary>
    public async Task ReadAsync(
        RollbackSituation situation,
        LockedSnapshot snapshot,
        CancellationToken cancellationToken
    )
    {
        scratch = await ScratchObjects.CreateAsync(repository, clock, cancellationToken);
        var reading = new DatabaseReading(situation.Contents, scratch.Objects, progress);
        State = await reading.RunAsync(snapshot, only: null, situation.Options.Jobs, cancellationToken);
    }

    public void Dispose() => scratch?.Dispose();
}
