using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Swap;

/// <summary>What forbids a swap: the role, the database, or a backup that does not hold a whole database.</summary>
internal static class SwapObstacles
{
    // The rows are on another server, and no rollback of this one could change them.
    private const string RowsElsewhere = "foreign table rows";

    /// <summary>One line for people each; empty where nothing is in the way.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection,
        RollbackSituation situation,
        CancellationToken cancellationToken
    )
    {
        var found = await connection.QueryAsync(
            SqlFile.Read("swap-obstacles"),
            r => (Line: r.GetString(0), MayBeLeft: r.GetBoolean(1)),
            cancellationToken
        );
        var left = situation.Options.LeaveReplication;
        return
        [
            .. found.Where(o => !(left && o.MayBeLeft)).Select(o => o.Line),
            .. OfBackup(situation.Manifest, situation.Contents),
        ];
    }

    /// <summary>What a copy made of the backup would lack would be gone from under the database's name.</summary>
    private static IEnumerable<string> OfBackup(Manifest manifest, BackupContents contents)
    {
        if (contents.Schema.OnlySchemas.Count + contents.Schema.ExcludedSchemas.Count > 0)
        {
            yield return "the backup holds some schemas only";
        }

        foreach (var item in manifest.Incomplete.Where(i => i.Kind != RowsElsewhere))
        {
            yield return $"the backup lacks {item.Kind} {item.Name}: {item.Reason}";
        }
    }
}
