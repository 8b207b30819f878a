using Surety.Core.Configuration;
using Surety.Repository;
using Surety.Repository.Encryption;
using Surety.Repository.Journal;
using Surety.Repository.Storage;

namespace Surety.Server.Served;

/// <summary>
/// Keeps one repository open and the newest view of it. One reading at a time, which all who ask share: it belongs to none of
/// them, so that who gives up neither ends it nor leaves anything waiting.
/// </summary>
/// <remarks>A folder on a disk that hangs blocks the thread that reads it (LocalBlobStore); that is one, whoever asks.</remarks>
internal sealed class RepositoryWindow(RepositorySetting setting, IKeySource key, TimeProvider clock) : IDisposable
{
    private readonly Lock turn = new();
    private readonly CancellationTokenSource closing = new();
    private RememberingStore? store;
    private BackupRepository? repository;
    private JournalWindow? journal;
    private Task<Reading>? newest;
    private volatile int changes;

    /// <param name="fresh">How old the view may be.</param>
    /// <param name="patience">After which whoever asks is told that there is no answer.</param>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="TimeoutException">There is no view yet.</exception>
    public async Task<RepositoryView> ReadAsync(TimeSpan fresh, TimeSpan patience, CancellationToken cancellationToken)
    {
        var wanted = changes;
        while (true)
        {
            var reading = await Newest(fresh).WaitAsync(patience, clock, cancellationToken);
            if (reading.Changes >= wanted)
            {
                return reading.View;
            }
        }
    }

    public void Refresh() => Interlocked.Increment(ref changes);

    public void Dispose()
    {
        closing.Cancel();
        Close();
        closing.Dispose();
    }

    /// <summary>The one under way, the newest where it will do, or a new one.</summary>
    private Task<Reading> Newest(TimeSpan fresh)
    {
        lock (turn)
        {
            return newest is { } known && (!known.IsCompleted || IsFresh(known, fresh))
                ? known
                : newest = Task.Run(() => RenewAsync(closing.Token));
        }
    }

    private bool IsFresh(Task<Reading> reading, TimeSpan fresh) =>
        reading.IsCompletedSuccessfully
        && reading.Result.Changes == changes
        && clock.GetElapsedTime(reading.Result.BeganAt) < fresh;

    private async Task<Reading> RenewAsync(CancellationToken cancellationToken)
    {
        var (before, began) = (changes, clock.GetTimestamp());
        return new Reading(await ReadAsync(cancellationToken), before, began);
    }

    /// <param name="View">What was read.</param>
    /// <param name="Changes">
    /// How many there had been when it began: what was changed while it was read may be missing, so who asks later reads again.
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
        journal = journal is { } known
            ? await known.AtAsync(open, at, cancellationToken)
            : await OpenJournalAsync(at, cancellationToken);
        return new RepositoryView(
            setting.Name ?? store!.Location,
            store!.Location,
            await open.Manifests.ListAsync(cancellationToken),
            await open.Marks.ListAsync(cancellationToken),
            await journal.ReadAsync(open, cancellationToken),
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
        (repository, store, journal) = (null, null, null);
    }

    private async Task<BackupRepository> OpenAsync(CancellationToken cancellationToken)
    {
        store ??= new RememberingStore(setting.Place.Open(clock));
        return repository = await OpenAsync(store, cancellationToken);
    }

    private async Task<JournalWindow> OpenJournalAsync(DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var once = setting.Place.Open(clock);
        using var opened = await OpenAsync(once, cancellationToken);
        return await JournalWindow.OpenAsync(opened, at, cancellationToken);
    }

    private Task<BackupRepository> OpenAsync(IOpenBlobStore from, CancellationToken cancellationToken) =>
        BackupRepository.OpenAsync(from, clock, key, OperationOrigin.ThisProcess("surety serve"), cancellationToken);
}
