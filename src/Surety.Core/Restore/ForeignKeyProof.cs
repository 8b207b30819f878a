using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Restore;

/// <summary>
/// Proves that every foreign key from or to some tables holds: rows put back while triggers were held were not checked
/// by PostgreSQL, and a dangling key would commit without a word.
/// </summary>
internal static class ForeignKeyProof
{
    public static async Task RequireAsync(
        NpgsqlConnection connection,
        IReadOnlyList<QualifiedName> tables,
        CancellationToken cancellationToken
    )
    {
        var keys = await connection.QueryAsync(
            SqlFile.Read("foreign-keys"),
            r => (Name: r.GetString(0), Orphans: r.GetString(1)),
            cancellationToken,
            tables.Select(t => t.Sql).ToArray()
        );
        var dangling = new List<string>();
        foreach (var key in keys)
        {
            var found = await connection.QueryAsync(key.Orphans, r => r.GetInt32(0), cancellationToken);
            if (found.Count > 0)
            {
                dangling.Add(key.Name);
            }
        }

        if (dangling.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.ConfirmationNeeded,
                $"rows would refer to rows that do not exist, by foreign key {string.Join(", ", dangling)}; nothing was changed",
                "restore the tables at the other end of these keys in the same command"
            );
        }
    }
}
