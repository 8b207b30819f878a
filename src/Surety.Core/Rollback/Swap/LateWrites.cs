using Npgsql;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Swap;

/// <summary>
/// What other sessions wrote between the safety backup and the moment they were ended. It is in the database that was put
/// aside and nowhere else, and people are told. The server's own counters say whether there is anything; only then every
/// row of that database is read again, which is exact.
/// </summary>
internal sealed class LateWrites
{
    private readonly NpgsqlConnection server;
    private readonly uint database;
    private readonly string? before;

    private LateWrites(NpgsqlConnection server, uint database, string? before) =>
        (this.server, this.database, this.before) = (server, database, before);

    /// <summary>To be called before the safety backup: what is written while that is made counts too.</summary>
    public static async Task<LateWrites> WatchAsync(
        NpgsqlConnection server,
        uint database,
        CancellationToken cancellationToken
    ) => new(server, database, await CountAsync(server, database, cancellationToken));

    /// <summary>
    /// One line for people for each table. The rollback is done: whatever goes wrong here is such a line too.
    /// </summary>
    /// <param name="safety">What the safety backup holds; null where none was made.</param>
    /// <param name="kept">The database that was put aside.</param>
    /// <param name="jobs">Number of sessions that read rows at once.</param>
    /// <param name="progress">Shows how far it is.</param>
    /// <param name="cancellationToken">Ends it, which is such a line too.</param>
    public async Task<IReadOnlyList<string>> FindAsync(
        BackupContents? safety,
        ConnectionTarget kept,
        int jobs,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (safety is null)
        {
            return [];
        }

        try
        {
            if (before is not null && before == await CountAsync(server, database, cancellationToken))
            {
                return [];
            }

            var found = await RowComparison.RunAsync(safety, kept, jobs, progress, cancellationToken);
            var late = found.Tables.Where(t => t.Status != ComparisonStatus.Exact).Select(t => Line(t, kept.Database));
            return found.LargeObjects is { Reason.Length: > 0 } objects
                ?
                [
                    .. late,
                    $"large objects were written after the safety backup ({objects.Reason}): {Only(kept.Database)}",
                ]
                : [.. late];
        }
        catch (Exception e) when (e is SuretyException or OperationCanceledException)
        {
            var why = e is SuretyException ? e.Message : "cancelled";
            return
            [
                $"whether anything was written after the safety backup could not be found out ({why}): {Only(kept.Database)}",
            ];
        }
    }

    private static string Line(TableComparison table, string kept)
    {
        var what = table.Status switch
        {
            ComparisonStatus.Extra => "was created",
            ComparisonStatus.Missing => "was dropped",
            _ => $"was changed ({table.Reason})",
        };
        return $"{table.Name} {what} after the safety backup: {Only(kept)}";
    }

    private static string Only(string kept) => $"that is in database {kept} only";

    private static async Task<string?> CountAsync(
        NpgsqlConnection server,
        uint database,
        CancellationToken cancellationToken
    )
    {
        var counts = await server.QueryAsync(
            SqlFile.Read("database-writes"),
            r => r.GetString(0),
            cancellationToken,
            database
        );
        return counts.SingleOrDefault();
    }
}
