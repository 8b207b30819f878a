using Surety.Server.Health;
using Surety.Server.Runs;
using Surety.Server.Scheduling;
using Surety.Server.Served;

namespace Surety.Server.Dashboard.Reading;

/// <summary>Puts together what pages show of databases. One whose repository cannot be read hides no other.</summary>
internal sealed class Standings(
    ServedDatabases databases,
    BackupHealth health,
    RepositoryViews views,
    IRunStore runs,
    Schedules schedules
)
{
    private const int ShownRuns = 20;

    /// <summary>Those that somebody may see, in the order of the configuration.</summary>
    public async Task<IReadOnlyList<Standing>> ReadAllAsync(
        Func<string, bool> isShown,
        CancellationToken cancellationToken
    )
    {
        var planned = await schedules.ListAsync(cancellationToken);
        return await Task.WhenAll(
            databases
                .All.Where(database => isShown(database.Name))
                .Select(database => ReadAsync(database, planned, cancellationToken))
        );
    }

    public async Task<Standing> ReadAsync(ServedDatabase database, CancellationToken cancellationToken) =>
        await ReadAsync(database, await schedules.ListAsync(cancellationToken), cancellationToken);

    private async Task<Standing> ReadAsync(
        ServedDatabase database,
        IReadOnlyList<ScheduleView> planned,
        CancellationToken cancellationToken
    )
    {
        var judged = await health.ReadAsync(database, cancellationToken);
        var known = new Standing
        {
            Database = database,
            Health = judged,
            Runs = await runs.ListAsync(
                new RunFilter { Database = database.Name, Limit = ShownRuns },
                cancellationToken
            ),
            NextAt = planned.FirstOrDefault(schedule => schedule.Database == database.Name)?.NextTimes is [var next, ..]
                ? next
                : null,
        };
        if (judged.Unreachable is not null)
        {
            return known;
        }

        var view = await views.ReadAsync(database, cancellationToken);
        return known with { View = view, Backups = view.BackupsOf(database.DatabaseName) };
    }
}
