using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Storage;

namespace Surety.Server.Served;

/// <summary>Keeps one repository open and the newest view of it; one reading at a time, which all who wait share.</summary>
internal sealed class RepositoryWindow(RepositorySetting setting, IKeySource key, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim reading = new(1);
    private RememberingStore? store;
    private BackupRepository? repository;
    private volatile Reading? newest;
    private volatile int changes;

    public async Task<RepositoryView> ReadAsync(TimeSpan fresh, CancellationToken cancellationToken)
    {
        if (IsFresh(fresh) is { } known)
        {
            return known;
        }

        await reading.WaitAsync(cancellationToken);
        try
        {
            return IsFresh(fresh) ?? await RenewAsync(cancellationToken);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Refresh() => Interlocked.Increment(ref changes);

    public void Dispose()
    {
        Close();
        reading.Dispose();
    }

    private RepositoryView? IsFresh(TimeSpan fresh) =>
        newest is { } known && known.Changes == changes && clock.GetElapsedTime(known.BeganAt) < fresh
            ? known.View
            : null;

    private async Task<RepositoryView> RenewAsync(CancellationToken cancellationToken)
    {
        var (before, began) = (changes, clock.GetTimestamp());
        var view = await ReadAsync(cancellationToken);
        newest = new Reading(view, before, began);
        return view;
    }

    /// <param name="View">What was read.</param>
    /// <param name="Changes">
    /// How many there had been when it began: what was changed while it was read may be missing, so whoever waits reads again.
    /// </param>
    /// <param name="BeganAt">By the clock that nobody sets: one that was set back would keep an old view for hours.</param>
    private sealed record Reading(RepositoryView View, int Changes, long BeganAt);

    private async Task<RepositoryView> ReadAsync(CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        if (repository is not null && !await repository.IsStillThereAsync(cancellationToken))
        {
            Close();
        }

        var open = repository ?? await OpenAsync(cancellationToken);
        return new RepositoryView(
            setting.Name ?? store!.Location,
            await open.Manifests.ListAsync(cancellationToken),
            await open.Marks.ListAsync(cancellationToken),
            await open.Journal.ReadAllAsync(cancellationToken),
            at
        )
        {
            Locks = await open.Locks.ListAsync(cancellationToken),
        };
    }

    private void Close()
    {
        repository?.Dispose();
        store?.Dispose();
        (repository, store) = (null, null);
    }

    private async Task<BackupRepository> OpenAsync(CancellationToken cancellationToken)
    {
        store ??= new RememberingStore(setting.Place.Open(clock));
        var origin = OperationOrigin.ThisProcess("surety serve");
        return repository = await BackupRepository.OpenAsync(store, clock, key, origin, cancellationToken);
    }
}
