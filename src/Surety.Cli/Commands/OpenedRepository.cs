using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;

namespace Surety.Cli.Commands;

/// <summary>The repository that the settings name, open until disposed.</summary>
internal sealed class OpenedRepository : IDisposable
{
    private readonly LocalBlobStore store;

    private OpenedRepository(LocalBlobStore store, BackupRepository repository) =>
        (this.store, Repository) = (store, repository);

    public BackupRepository Repository { get; }

    public static async Task<OpenedRepository> OpenAsync(OperationContext context)
    {
        var store = LocalBlobStore.Open(context.Settings.FindRepository().Path, context.Clock);
        try
        {
            return new OpenedRepository(
                store,
                await BackupRepository.OpenAsync(store, context.Clock, context.Cancellation)
            );
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The backup that somebody named. Where a database is named too, <c>latest</c> is that database's: in a shared
    /// repository the latest of all could be another one's.
    /// </summary>
    public Task<Manifest> FindBackupAsync(string id, OperationContext context)
    {
        var database = context.Settings.FindDatabaseIfNamed() is null ? null : context.FindTarget().Database;
        return Repository.Manifests.FindAsync(id, database, context.Cancellation);
    }

    public void Dispose() => store.Dispose();
}
