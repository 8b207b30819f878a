using Surety.Core.Capture;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;
using Surety.Testing;
using Surety.Testing.Files;

namespace Surety.IntegrationTests.Restore;

/// <summary>A backup of a database, taken when asked for, and what tests do with it.</summary>
internal sealed class RestoredFrom : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LocalBlobStore store;

    private RestoredFrom(ConnectionTarget database)
    {
        Database = database;
        store = LocalBlobStore.Create(folder.Combine("repository"), TimeProvider.System);
    }

    public ConnectionTarget Database { get; }
    public Manifest Manifest { get; private set; } = null!;

    public static async Task<RestoredFrom> BackupOfAsync(ConnectionTarget database)
    {
        var backup = new RestoredFrom(database);
        var repository = await BackupRepository.InitAsync(backup.store, TimeProvider.System, CancellationToken.None);
        backup.Manifest = await new SnapshotCapture(
            repository,
            PostgresFixture.Locator,
            TimeProvider.System,
            new OperationProgress()
        ).RunAsync(new CaptureOptions { Source = database }, CancellationToken.None);
        return backup;
    }

    public Task<TableRestoreReport> ReplaceAsync(params string[] tables) => TablesAsync(Database, true, tables);

    public Task<TableRestoreReport> RestoreAsync(params string[] tables) => TablesAsync(Database, false, tables);

    public async Task<TableRestoreReport> TablesAsync(ConnectionTarget target, bool replace, params string[] tables)
    {
        var restore = new TableRestore(await OpenAsync(), PostgresFixture.Locator, new OperationProgress());
        var options = new TableRestoreOptions
        {
            Target = target,
            Tables = tables,
            Replace = replace,
        };
        return await restore.RunAsync(Manifest, options, CancellationToken.None);
    }

    public async Task<ValidationReport> ValidateAsync()
    {
        var validation = new DatabaseValidation(await OpenAsync(), PostgresFixture.Locator, new OperationProgress());
        return await validation.RunAsync(Manifest, Database, jobs: 2, CancellationToken.None);
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    private Task<BackupRepository> OpenAsync() =>
        BackupRepository.OpenAsync(store, TimeProvider.System, CancellationToken.None);
}
