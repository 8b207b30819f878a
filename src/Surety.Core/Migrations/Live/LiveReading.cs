using Npgsql;
using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Statements;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Live;

/// <summary>
/// Reads what a database says of the objects that scripts touch: one short transaction that only reads, with limits to how
/// long it runs and how long it waits.
/// </summary>
public static class LiveReading
{
    private const int NamedDependents = 5;

    // Whoever holds a relation so that not even its size can be looked at is rewriting it.
    private const string LockNotAvailable = "55P03";

    /// <param name="report">What the scripts do.</param>
    /// <param name="target">The database that they are meant for.</param>
    /// <param name="backup">What is known of its backups.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SuretyException">What connecting throws; Timeout where the catalog takes too long.</exception>
    public static async Task<LiveFacts> RunAsync(
        CheckReport report,
        ConnectionTarget target,
        BackupStanding backup,
        CancellationToken cancellationToken
    )
    {
        var touched = report.Statements.SelectMany(statement => statement.Touched).Distinct().ToList();
        await using var connection = await PostgresConnections.OpenAsync(target, "surety check", cancellationToken);
        return new LiveFacts(await FindAsync(connection, touched, cancellationToken))
        {
            Database = target.Database,
            ServerVersion = connection.PostgreSqlVersion.ToString(),
            Backup = backup,
        };
    }

    private static async Task<ILookup<TouchedObject, LiveObject>> FindAsync(
        NpgsqlConnection connection,
        List<TouchedObject> touched,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<(int Number, LiveObject Object)> found;
        try
        {
            found = await ReadAsync(connection, touched, exactSizes: true, cancellationToken);
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == LockNotAvailable)
        {
            await connection.RunAsync("ROLLBACK", cancellationToken);
            found = await ReadAsync(connection, touched, exactSizes: false, cancellationToken);
        }

        var byNumber = found.ToLookup(row => row.Number, row => row.Object);
        return touched
            .SelectMany((name, index) => byNumber[index + 1].DefaultIfEmpty(Missing(name)).Select(o => (name, o)))
            .ToLookup(pair => pair.name, pair => pair.o);
    }

    private static async Task<IReadOnlyList<(int, LiveObject)>> ReadAsync(
        NpgsqlConnection connection,
        List<TouchedObject> touched,
        bool exactSizes,
        CancellationToken cancellationToken
    )
    {
        await connection.RunAsync(
            "BEGIN READ ONLY; SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '1s'; SET LOCAL jit = off",
            cancellationToken
        );
        // As a migration would find them, before names are pinned.
        var path = await connection.QueryAsync(
            "SELECT pg_catalog.current_schemas(true)::pg_catalog.text[]",
            row => row.GetFieldValue<string[]>(0),
            cancellationToken
        );
        await connection.RunAsync("SET LOCAL search_path = pg_catalog", cancellationToken);
        var found = await connection.QueryAsync(
            SqlFile.Read("touched-objects"),
            Read,
            cancellationToken,
            touched.Select(t => t.Sort.ToString().ToLowerInvariant()).ToArray(),
            touched.Select(t => t.Name.Schema ?? "").ToArray(),
            touched.Select(t => t.Name.Name).ToArray(),
            path[0],
            exactSizes,
            NamedDependents
        );
        await connection.RunAsync("COMMIT", cancellationToken);
        return found;
    }

    private static (int, LiveObject) Read(NpgsqlDataReader row) =>
        (
            row.GetInt32(0),
            new LiveObject(
                row.GetString(2),
                row.GetString(1),
                row.IsDBNull(3) ? null : row.GetInt64(3),
                row.IsDBNull(4) ? null : row.GetInt64(4),
                row.GetInt32(5),
                row.GetFieldValue<string[]>(6)
            )
        );

    private static LiveObject Missing(TouchedObject touched) => new(touched.Name.ToString(), null, null, null, 0, []);
}
