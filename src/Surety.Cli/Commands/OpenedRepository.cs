using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Storage;

namespace Surety.Cli.Commands;

/// <summary>The repository that the settings name, open until disposed.</summary>
internal sealed class OpenedRepository : IDisposable
{
    private readonly IOpenBlobStore store;

    private OpenedRepository(IOpenBlobStore store, BackupRepository repository) =>
        (this.store, Repository) = (store, repository);

    public BackupRepository Repository { get; }

    /// <summary>True for a bundle: it keeps no journal and no marks.</summary>
    public bool IsReadOnly => store.IsReadOnly;

    /// <summary>Of the settings.</summary>
    public static Task<OpenedRepository> OpenAsync(OperationContext context) =>
        OpenAsync(context.Settings.FindRepository(), context);

    public static async Task<OpenedRepository> OpenAsync(RepositorySetting setting, OperationContext context)
    {
        var key = context.KeyOf(setting);
        var store = setting.Place.Open(context.Clock);
        try
        {
            var origin = OperationOrigin.ThisProcess(context.CommandLine) with { RequestedBy = context.RequestedBy };
            var repository = await BackupRepository.OpenAsync(store, context.Clock, key, origin, context.Cancellation);
            key.WarnIfUnused(store.Location, repository.Info.Encryption is not null);
            repository.Locks.Patience = context.Patience;
            return new OpenedRepository(store, repository);
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
    public Task<Manifest> FindBackupAsync(string id, OperationContext context) =>
        Repository.Manifests.FindAsync(id, DatabaseOfSettings(context), context.Cancellation);

    /// <summary>The name of the database that the settings name, on its server; null where they name none.</summary>
    public static string? DatabaseOfSettings(OperationContext context) =>
        context.Settings.FindDatabaseIfNamed() is null ? null : context.FindTarget().Database;

    /// <summary>Keeps what a check found for <c>list</c>. Where that cannot be, the finding stands and people are told.</summary>
    public async Task MarkAsync(IEnumerable<BackupMark> marks, OperationContext context)
    {
        if (IsReadOnly)
        {
            return;
        }

        try
        {
            await Repository.Marks.SetAsync(marks, context.Cancellation);
        }
        catch (SuretyException e)
        {
            context.Output.Warn($"'surety list' will not show this result: {e.Message}");
        }
    }

    public void Dispose()
    {
        Repository.Dispose();
        store.Dispose();
    }
}
