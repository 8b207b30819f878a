using System.Collections.Concurrent;
using Surety.Core.Configuration.Serving;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Server.Health;
using Surety.Server.Served;

namespace Surety.Server.Alerts;

/// <summary>
/// Tables that lost more rows than is usual, from one backup to the next, or within a day: so that it is told for a day and
/// not only until the next backup. A table that is gone lost all of them.
/// </summary>
internal sealed class SizeRules(ServedDatabases databases, RepositoryViews views, AlertSetting setting)
{
    private static readonly TimeSpan Within = TimeSpan.FromDays(1);

    /// <summary>Of a table with fewer, every change is a large one.</summary>
    private const long FewRows = 100;

    private readonly ConcurrentDictionary<string, TableSizes> known = new();

    /// <summary>Nothing where the backups cannot be read: the judge and verifications tell of that.</summary>
    public async Task<IReadOnlyList<AlertFinding>> OfAsync(DatabaseHealth health, CancellationToken cancellationToken)
    {
        if (databases.Find(health.Name) is not { } database || health.Newest is not { } newest)
        {
            return [];
        }

        try
        {
            var sizes = known.GetOrAdd(health.Name, _ => new TableSizes());
            var view = await views.ReadAsync(database, cancellationToken);
            var backups = view.ProtectionOf(newest.Database);
            var earlier = Baselines(backups);
            await sizes.ReadAsync(earlier.Prepend(newest), database, views, cancellationToken);
            return [.. Lost(health.Name, sizes, newest, earlier)];
        }
        catch (SuretyException)
        {
            return [];
        }
    }

    /// <summary>The one before the newest, and the oldest that is a day older at most.</summary>
    internal static IReadOnlyList<Manifest> Baselines(IReadOnlyList<Manifest> newestFirst)
    {
        var earlier = newestFirst.Skip(1).ToList();
        var oldest = earlier.LastOrDefault(backup => newestFirst[0].CreatedAt - backup.CreatedAt <= Within);
        return [.. earlier.Take(1).Concat(oldest is null ? [] : [oldest]).DistinctBy(backup => backup.Id)];
    }

    private IEnumerable<AlertFinding> Lost(
        string database,
        TableSizes sizes,
        Manifest newest,
        IReadOnlyList<Manifest> earlier
    )
    {
        var now = sizes.Of(newest.Id);
        return earlier
            .SelectMany(backup => sizes.Of(backup.Id).Select(table => (backup.Id, table.Key, Before: table.Value)))
            .Where(table => table.Before >= FewRows)
            .Where(table => now.GetValueOrDefault(table.Key) <= table.Before * (1 - setting.Shrink))
            .GroupBy(table => table.Key)
            .Select(table => table.MaxBy(candidate => candidate.Before))
            .Select(table => Finding(database, table.Key, table.Id, table.Before, now.GetValueOrDefault(table.Key)));
    }

    private static AlertFinding Finding(string database, string table, BackupId before, long rows, long left) =>
        new(
            AlertCondition.SizeDropped,
            AlertSeverity.High,
            [database],
            table,
            $"table {table} of {database} had {rows} rows in backup {before} and has {left} in the newest",
            $"see what is gone: surety diff {before} --db {database}; and keep that backup: surety pin {before}"
        );
}
