using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Restore;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback;

/// <summary>
/// Takes the large objects away, within the caller's transaction, where they are not those of the backup already. No lock
/// on tables keeps others from writing them, so they are read once more before they go.
/// </summary>
internal static class LargeObjectRemoval
{
    /// <param name="safety">What the safety backup holds; null where none was made: then nobody knows.</param>
    /// <param name="backup">What is to be there.</param>
    public static bool IsNeeded(LargeObjectsEntry? safety, LargeObjectsEntry backup) =>
        safety is null || safety.Receipt != backup.Receipt || !safety.Objects.SequenceEqual(backup.Objects);

    /// <exception cref="SuretyException">
    /// RollbackRefused where some are not the role's; SchemaChanging, transient, where one was written after the safety
    /// backup.
    /// </exception>
    public static async Task RunAsync(
        NpgsqlConnection connection,
        LargeObjectsEntry? safety,
        CancellationToken cancellationToken
    )
    {
        var foreign = await connection.QueryAsync(
            """
            SELECT format('large object %s belongs to %s', oid, pg_get_userbyid(lomowner))
            FROM pg_largeobject_metadata WHERE NOT pg_has_role(lomowner, 'USAGE') ORDER BY oid LIMIT 10
            """,
            r => r.GetString(0),
            cancellationToken
        );
        if (foreign.Count > 0)
        {
            throw new SuretyException(ErrorCode.RollbackRefused, string.Join("; ", foreign));
        }

        if (safety is not null)
        {
            await RequireUnwrittenAsync(connection, safety, cancellationToken);
        }

        await connection.QueryAsync(
            "SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata",
            r => r.GetInt64(0),
            cancellationToken
        );
    }

    private static async Task RequireUnwrittenAsync(
        NpgsqlConnection connection,
        LargeObjectsEntry safety,
        CancellationToken cancellationToken
    )
    {
        var present = await new CatalogReader(connection).ReadLargeObjectsAsync(cancellationToken);
        if (
            !present.Select(o => o.Oid).SequenceEqual(safety.Objects.Select(o => o.Oid))
            || TableProof.ReadLargeObjects(connection, cancellationToken) != safety.Receipt
        )
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                "large objects were written after the safety backup",
                "run it again while nobody writes large objects"
            )
            {
                IsTransient = true,
            };
        }
    }
}
