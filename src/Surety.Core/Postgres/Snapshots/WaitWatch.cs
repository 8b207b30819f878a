using Npgsql;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Progress;

namespace Surety.Core.Postgres.Snapshots;

/// <summary>Looks every second who keeps a backend waiting, and tells the display.</summary>
internal sealed class WaitWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;
    private volatile string blockers = "";

    private WaitWatch(NpgsqlConnection connection, int processId, OperationProgress progress) =>
        watching = Task.Run(() => WatchAsync(connection, processId, progress));

    /// <summary>Starts to watch over <paramref name="connection"/>, which serves nothing else until this is disposed.</summary>
    public static WaitWatch Start(NpgsqlConnection connection, int processId, OperationProgress progress) =>
        new(connection, processId, progress);

    /// <summary>Part of a sentence: who was in the way when last seen, or nothing.</summary>
    public string InTheWay => blockers.Length == 0 ? "" : $" (in the way: {blockers})";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task WatchAsync(NpgsqlConnection connection, int processId, OperationProgress progress)
    {
        var catalog = new CatalogReader(connection);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var found = await catalog.ReadBlockersAsync(processId, stop.Token);
                if (found.Count > 0)
                {
                    blockers = string.Join("; ", found);
                }

                progress.Note(found.Count > 0 ? $"waiting for {blockers}" : null);
            }
        }
        catch (OperationCanceledException)
        {
            progress.Note(null);
        }
    }
}
