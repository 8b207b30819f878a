using Surety.Repository.Manifests;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>The rows of each table in some backups; what was read once is not read again. Memory: a number for each table.</summary>
internal sealed class TableSizes
{
    private Dictionary<BackupId, IReadOnlyDictionary<string, long>> sizes = [];

    /// <summary>From then on these are known, and no others.</summary>
    public async Task ReadAsync(
        IEnumerable<Manifest> backups,
        ServedDatabase database,
        RepositoryViews views,
        CancellationToken cancellationToken
    )
    {
        var wanted = backups.ToList();
        var next = wanted
            .Where(backup => sizes.ContainsKey(backup.Id))
            .ToDictionary(backup => backup.Id, backup => sizes[backup.Id]);
        if (next.Count < wanted.Count)
        {
            using var open = await views.OpenAsync(database.Repository, cancellationToken);
            foreach (var backup in wanted.Where(backup => !next.ContainsKey(backup.Id)))
            {
                var contents = await open.Repository.Manifests.ReadContentsAsync(backup, cancellationToken);
                next[backup.Id] = contents.Tables.ToDictionary(
                    table => $"{table.Schema}.{table.Name}",
                    table => table.Receipt.Rows
                );
            }
        }

        sizes = next;
    }

    public IReadOnlyDictionary<string, long> Of(BackupId backup) => sizes[backup];
}
