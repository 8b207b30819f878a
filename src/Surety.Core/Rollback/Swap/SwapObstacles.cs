using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;

namespace Surety.Core.Rollback.Swap;

/// <summary>What forbids a swap: the role, the database, or a backup that does not hold a whole database.</summary>
internal static class SwapObstacles
{
    /// <summary>One line for people each; empty where nothing is in the way.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        RollbackSituation situation,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await PostgresConnections.OpenAsync(
            situation.Options.Target,
            "surety rollback",
            cancellationToken
        );
        await connection.RunAsync(SessionSettings.PinNames, cancellationToken);
        var found = await connection.QueryAsync(
            SqlFile.Read("swap-obstacles"),
            r => (Line: r.GetString(0), MayBeLeft: r.GetBoolean(1)),
            cancellationToken
        );
        var left = situation.Options.LeaveReplication;
        return [.. found.Where(o => !(left && o.MayBeLeft)).Select(o => o.Line), .. OfBackup(situation)];
    }

    /// <summary>What a copy made of the backup would lack would be gone from under the database's name.</summary>
    private static IEnumerable<string> OfBackup(RollbackSituation situation)
    {
        var schema = situation.Contents.Schema;
        return schema.OnlySchemas.Count + schema.ExcludedSchemas.Count > 0
            ? ["the backup holds some schemas only"]
            : BackupGaps.Of(situation.Manifest);
    }
}
