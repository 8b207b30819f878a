using Surety.Core.Capture;
using Surety.Core.Compare;
using Surety.Core.Export;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Core.Rollback;
using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;
using Surety.Repository.Verify;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.RoundTrip;

/// <summary>A repository in a folder of its own, and what people do with one; it is opened anew for each, as they do.</summary>
internal sealed class BackupFolder(ToolLocator tools) : IDisposable
{
    private const int Jobs = 2;
    private static readonly CancellationToken Never = CancellationToken.None;

    private readonly TemporaryFolder folder = new();
    private bool isMade;

    public BackupFolder()
        : this(PostgresFixture.Locator) { }

    /// <summary>The PostgreSQL programs of the machine that works with it.</summary>
    public ToolLocator Tools { get; set; } = tools;

    public Task<Manifest> BackupAsync(
        ConnectionTarget source,
        Func<CaptureOptions, CaptureOptions>? change = null,
        OperationProgress? progress = null
    ) =>
        UseAsync(repository =>
        {
            var options = new CaptureOptions { Source = source, Jobs = Jobs };
            return Capture(repository, progress).RunAsync(change?.Invoke(options) ?? options, Never);
        });

    public Task<VerifyReport> VerifyAsync() =>
        UseAsync(repository => new RepositoryVerification(repository).RunAsync(null, null, Jobs, Never));

    public Task<RestoreReport> RestoreAsync(
        Manifest manifest,
        ConnectionTarget target,
        Func<RestoreOptions, RestoreOptions>? change = null
    ) =>
        UseAsync(repository =>
        {
            var options = new RestoreOptions { Target = target, Jobs = Jobs };
            return new DatabaseRestore(repository, Tools, new OperationProgress()).RunAsync(
                manifest,
                change?.Invoke(options) ?? options,
                Never
            );
        });

    public Task<ValidationReport> ValidateAsync(Manifest manifest, ConnectionTarget database) =>
        UseAsync(repository =>
            new DatabaseValidation(repository, Tools, new OperationProgress()).RunAsync(manifest, database, Jobs, Never)
        );

    public Task<DifferenceReport> DiffAsync(
        Manifest manifest,
        ConnectionTarget database,
        DifferenceOptions? options = null
    ) =>
        UseAsync(repository =>
            Difference(repository).WithDatabaseAsync(manifest, database, options ?? new DifferenceOptions(), Never)
        );

    public Task<DifferenceReport> DiffAsync(Manifest manifest, Manifest other) =>
        UseAsync(repository => Difference(repository).WithBackupAsync(manifest, other, new DifferenceOptions(), Never));

    /// <summary>Rolls back without asking anybody; <paramref name="approve"/> sees the plan.</summary>
    public Task<RollbackReport> RollBackAsync(
        Manifest manifest,
        ConnectionTarget database,
        Func<RollbackOptions, RollbackOptions>? change = null,
        Action<RollbackPlan>? approve = null,
        bool waitsForPerson = false
    ) =>
        UseAsync(repository =>
        {
            var options = new RollbackOptions { Target = database, Jobs = Jobs };
            var approval = new PlanApproval(
                (plan, _) =>
                {
                    approve?.Invoke(plan);
                    return Task.CompletedTask;
                },
                WaitsForPerson: waitsForPerson
            );
            var rollback = new DatabaseRollback(repository, Tools, TimeProvider.System, new OperationProgress());
            return rollback.RunAsync(manifest, change?.Invoke(options) ?? options, approval, Never);
        });

    public Task<ExportReport> ExportAsync(Manifest manifest, ExportOptions options) =>
        UseAsync(repository =>
            new BackupExport(repository, Tools, TimeProvider.System, new OperationProgress()).RunAsync(
                manifest,
                options,
                Never
            )
        );

    public Task<Manifest> FindAsync(BackupId id) =>
        UseAsync(repository => repository.Manifests.FindAsync($"{id}", null, Never));

    public Task<BackupContents> ContentsAsync(Manifest manifest) =>
        UseAsync(repository => repository.Manifests.ReadContentsAsync(manifest, Never));

    /// <summary>A second backup like this one, with other contents: for what no real database would give.</summary>
    public Task<Manifest> ChangeAsync(Manifest manifest, Func<BackupContents, BackupContents> change) =>
        UseAsync(async repository =>
        {
            var contents = await repository.Manifests.ReadContentsAsync(manifest, Never);
            var stored = await repository.Manifests.StoreContentsAsync(change(contents), Never);
            var changed = manifest with { Id = BackupId.New(manifest.StartedAt), Contents = stored.Stream };
            await repository.Manifests.CommitAsync(changed, Never);
            return changed;
        });

    public void Dispose() => folder.Dispose();

    private BackupDifference Difference(BackupRepository repository) =>
        new(repository, Tools, TimeProvider.System, new OperationProgress());

    private SnapshotCapture Capture(BackupRepository repository, OperationProgress? progress) =>
        new(repository, Tools, TimeProvider.System, progress ?? new OperationProgress());

    private async Task<T> UseAsync<T>(Func<BackupRepository, Task<T>> work)
    {
        var path = folder.Combine("repository");
        using var store = isMade
            ? LocalBlobStore.Open(path, TimeProvider.System)
            : LocalBlobStore.Create(path, TimeProvider.System);
        var repository = isMade
            ? await BackupRepository.OpenAsync(store, TimeProvider.System, Never)
            : await BackupRepository.InitAsync(store, TimeProvider.System, Never);
        isMade = true;
        return await work(repository);
    }
}
