using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Rollback.Replace;

/// <summary>Something that replacing takes away.</summary>
/// <param name="Class">OID of the catalog that it is in.</param>
/// <param name="Version">The transaction that last changed it.</param>
/// <param name="Description">For people, in the server's words: <c>table public.orders</c>.</param>
internal sealed record ReplaceableObject(
    uint Class,
    uint Oid,
    string Version,
    string Description,
    string Owner,
    bool Owned,
    string DropSql
);

/// <summary>
/// Everything that a part of a database, or all of it, is made of, and how it is dropped: never by CASCADE, which takes
/// what is other people's with it without asking (a schema's owner may drop anybody's tables in it, seen).
/// </summary>
internal sealed class ReplaceableObjects(NpgsqlConnection connection, IReadOnlyList<ReplaceableObject> all)
{
    public IReadOnlyList<ReplaceableObject> All => all;

    public static async Task<ReplaceableObjects> ReadAsync(
        NpgsqlConnection connection,
        ReplaceScope scope,
        CancellationToken cancellationToken
    ) => new(connection, await ListAsync(new CatalogReader(connection), scope, cancellationToken));

    public static Task<IReadOnlyList<ReplaceableObject>> ListAsync(
        CatalogReader catalog,
        ReplaceScope scope,
        CancellationToken cancellationToken
    ) =>
        catalog.QueryAsync(
            SqlFile.Read("replaceable-objects"),
            r => new ReplaceableObject(
                r.GetFieldValue<uint>(0),
                r.GetFieldValue<uint>(1),
                r.GetString(2),
                r.GetString(3),
                r.GetString(4),
                r.GetBoolean(5),
                r.GetString(6)
            ),
            cancellationToken,
            scope.Schemas.Only.ToArray(),
            scope.Schemas.Except.ToArray(),
            scope.Extensions.ToArray()
        );

    /// <summary>What is not the role's to drop, or would be taken along or left hanging; one line for people each.</summary>
    public async Task<IReadOnlyList<string>> ObstaclesAsync(CancellationToken cancellationToken)
    {
        var outside = await connection.QueryAsync(
            SqlFile.Read("outside-dependents"),
            r => r.GetString(0),
            cancellationToken,
            all.Select(o => o.Class).ToArray(),
            all.Select(o => o.Oid).ToArray()
        );
        // Tables that are dropped leave their subscription without a word.
        var subscriptions = await connection.QueryAsync(
            """
            SELECT format('subscription %s is on the database', subname)
            FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = current_database()
            """,
            r => r.GetString(0),
            cancellationToken
        );
        return
        [
            .. subscriptions,
            .. all.Where(o => !o.Owned).Select(o => $"{o.Description} belongs to {o.Owner}"),
            .. outside.Select(o => $"{o} depends on what would be dropped, and would stay"),
        ];
    }

    /// <summary>
    /// Drops all of it, later ones first. What still has dependents waits for the next round, when they are gone.
    /// </summary>
    /// <exception cref="SuretyException">RollbackRefused where some depend on each other in a circle.</exception>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        // They would fire for all that follows; and what they do to a sequence, no rollback takes back.
        var byFiring = all.ToLookup(o => o.DropSql.StartsWith("DROP EVENT TRIGGER ", StringComparison.Ordinal));
        await RunAsync(byFiring[true].Select(o => o.DropSql), cancellationToken);
        await RunAsync((await LoosePartsAsync(cancellationToken))[1], cancellationToken);
        var left = await DropRoundsAsync(byFiring[false].ToList(), cancellationToken);
        if (left.Count == 0)
        {
            return;
        }

        await RunAsync((await LoosePartsAsync(cancellationToken))[2], cancellationToken);
        left = await DropRoundsAsync(left, cancellationToken);
        if (left.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.RollbackRefused,
                $"these depend on each other, or something on them, and cannot be dropped one by one: {string.Join(", ", left.Select(o => o.Description))}",
                "drop one of them by hand, or use --strategy swap"
            );
        }
    }

    private async Task<ILookup<int, string>> LoosePartsAsync(CancellationToken cancellationToken)
    {
        var parts = await connection.QueryAsync(
            SqlFile.Read("loose-parts"),
            r => (Stage: r.GetInt32(0), Sql: r.GetString(1)),
            cancellationToken,
            all.Select(o => o.Oid).ToArray()
        );
        return parts.ToLookup(p => p.Stage, p => p.Sql);
    }

    private async Task RunAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await connection.RunAsync(statement, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<ReplaceableObject>> DropRoundsAsync(
        IReadOnlyList<ReplaceableObject> objects,
        CancellationToken cancellationToken
    )
    {
        var left = objects;
        while (left.Count > 0)
        {
            var waiting = new List<ReplaceableObject>();
            foreach (var one in left)
            {
                if (!await TryDropAsync(one, cancellationToken))
                {
                    waiting.Add(one);
                }
            }

            if (waiting.Count == left.Count)
            {
                break;
            }

            left = waiting;
        }

        return left;
    }

    /// <summary>False where something still depends on it.</summary>
    private async Task<bool> TryDropAsync(ReplaceableObject one, CancellationToken cancellationToken)
    {
        await connection.RunAsync("SAVEPOINT before_drop", cancellationToken);
        try
        {
            await connection.RunAsync(one.DropSql, cancellationToken);
            await connection.RunAsync("RELEASE before_drop", cancellationToken);
            return true;
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == PostgresErrorCodes.DependentObjectsStillExist)
        {
            await connection.RunAsync("ROLLBACK TO before_drop; RELEASE before_drop", cancellationToken);
            return false;
        }
    }
}
