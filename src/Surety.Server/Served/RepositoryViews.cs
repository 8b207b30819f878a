using System.Collections.Concurrent;
using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Storage;

namespace Surety.Server.Served;

/// <summary>
/// Looks into repositories for whoever shows or judges them. A view is at most some seconds old; what a run of this server
/// changed is seen at once. Documents that did not change are not read again.
/// </summary>
public sealed class RepositoryViews(SuretySettings settings, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<RepositoryPlace, RepositoryWindow> windows = new();

    /// <summary>As <see cref="ReadAsync(RepositorySetting, CancellationToken)"/>, of the repository of a database.</summary>
    public Task<RepositoryView> ReadAsync(ServedDatabase database, CancellationToken cancellationToken) =>
        ReadAsync(database.Repository, cancellationToken);

    /// <summary>What a repository says. One that does not answer for 20 seconds keeps nobody from what others say.</summary>
    /// <exception cref="SuretyException">
    /// As <see cref="BackupRepository.OpenAsync(IBlobStore, TimeProvider, CancellationToken)"/>; RepositoryUnreachable also where
    /// it did not answer.
    /// </exception>
    public async Task<RepositoryView> ReadAsync(RepositorySetting setting, CancellationToken cancellationToken)
    {
        try
        {
            return await WindowOf(setting).ReadAsync(Fresh, Patience, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new SuretyException(
                ErrorCode.RepositoryUnreachable,
                $"the repository did not answer within {Patience.TotalSeconds} s; nothing is known of its backups",
                "check the disk or the network that it is on",
                e
            );
        }
    }

    /// <summary>A repository that is open for reading, for what a view does not hold: contents, objects. Dispose it.</summary>
    /// <param name="setting">Which one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <param name="requestedBy">On whose behalf, where the journal is written to.</param>
    public async Task<OpenRepository> OpenAsync(
        RepositorySetting setting,
        CancellationToken cancellationToken,
        string? requestedBy = null
    )
    {
        var store = setting.Place.Open(clock);
        try
        {
            var key = new ConfiguredKey(settings.FindKey(setting), NobodyAnswers, _ => { });
            var origin = OperationOrigin.ThisProcess("surety serve") with { RequestedBy = requestedBy };
            return new OpenRepository(
                await BackupRepository.OpenAsync(store, clock, key, origin, cancellationToken),
                store
            );
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Something was changed: the next view is a new one.</summary>
    public void Refresh()
    {
        foreach (var window in windows.Values)
        {
            window.Refresh();
        }
    }

    public void Dispose()
    {
        foreach (var window in windows.Values)
        {
            window.Dispose();
        }
    }

    private RepositoryWindow WindowOf(RepositorySetting setting) =>
        windows.GetOrAdd(
            setting.Place,
            _ => new RepositoryWindow(
                setting,
                new ConfiguredKey(settings.FindKey(setting), NobodyAnswers, _ => { }),
                clock
            )
        );

    private static ValueTask<KeySecret?> NobodyAnswers(string location, CancellationToken cancellationToken) =>
        new((KeySecret?)null);
}

/// <summary>A repository that is open; disposing closes its store too.</summary>
public sealed class OpenRepository(BackupRepository repository, IOpenBlobStore store) : IDisposable
{
    public BackupRepository Repository => repository;

    public void Dispose()
    {
        repository.Dispose();
        store.Dispose();
    }
}
