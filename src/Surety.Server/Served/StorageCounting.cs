using Surety.Core.Configuration;
using Surety.Repository.Statistics;

namespace Surety.Server.Served;

/// <summary>
/// Counts what the backups of a repository take. Without a lock: nobody's prune is to be refused because a server counts. What
/// is deleted meanwhile makes the count wrong, and writes into the journal, so that it is counted again.
/// </summary>
public sealed class StorageCounting(StorageCounts counts, RepositoryViews views, IHostApplicationLifetime server)
{
    /// <inheritdoc cref="StorageCounts.FindAsync"/>
    public Task<StatisticsReport?> FindAsync(RepositorySetting setting, RepositoryView view) =>
        counts.FindAsync(setting.Place, view, () => CountAsync(setting));

    /// <inheritdoc cref="StorageCounts.FindLast"/>
    public CountedStorage? FindLast(RepositorySetting setting, RepositoryView view) =>
        counts.FindLast(setting.Place, view, () => CountAsync(setting));

    private async Task<StatisticsReport> CountAsync(RepositorySetting setting)
    {
        using var open = await views.OpenAsync(setting, server.ApplicationStopping);
        return await new RepositoryStatistics(open.Repository).RunUnlockedAsync(server.ApplicationStopping);
    }
}
