using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// The database that a restore fills. A new one has a working name until everything is proven, so that a restore that
/// fails or is killed never leaves something that looks complete. One that exists and is empty is filled in place, marked
/// by a setting for as long as it is not complete.
/// </summary>
internal sealed class RestoreTarget : IAsyncDisposable
{
    // No object in the database: its event triggers would fire where that is dropped.
    private const string Marker = "surety.restore_in_progress";

    private readonly ConnectionTarget wanted;
    private readonly WorkingDatabase? working;

    private RestoreTarget(NpgsqlConnection server, ServerInfo info, ConnectionTarget wanted, bool exists)
    {
        Connection = server;
        Server = info;
        this.wanted = wanted;
        working = exists ? null : new WorkingDatabase(server, info, wanted, "restore");
    }

    /// <summary>A connection to the server, outside the database that is being filled.</summary>
    public NpgsqlConnection Connection { get; }
    public ServerInfo Server { get; }

    /// <summary>Where to restore to.</summary>
    public ConnectionTarget Working => working?.Target ?? wanted;

    /// <summary>Looks, and refuses where the database exists and is not empty; changes nothing.</summary>
    public static async Task<RestoreTarget> PrepareAsync(ConnectionTarget wanted, CancellationToken cancellationToken)
    {
        var server = await PostgresConnections.OpenBesideAsync(wanted, "surety restore", cancellationToken);
        try
        {
            var info = await new CatalogReader(server).ReadServerAsync(cancellationToken);
            ServerSupport.Ensure(info);
            var exists = await server.QueryAsync(
                "SELECT 1 FROM pg_database WHERE datname = $1",
                r => r.GetInt32(0),
                cancellationToken,
                wanted.Database
            );
            if (exists.Count > 0)
            {
                await EnsureEmptyAsync(wanted, cancellationToken);
            }

            return new RestoreTarget(server, info, wanted, exists.Count > 0);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates the working database as the original was created, or marks the empty one.</summary>
    public Task CreateAsync(DatabaseEntry original, CancellationToken cancellationToken) =>
        working is null
            ? Connection.RunAsync(
                $"ALTER DATABASE {SqlText.Identifier(wanted.Database)} SET {Marker} = on",
                cancellationToken
            )
            : working.CreateAsync(original, tablespace: null, cancellationToken);

    /// <summary>
    /// Gives the database its owner, grants, comment and settings and, last of all, its name. Owners and grants only
    /// where <paramref name="owners"/> says so.
    /// </summary>
    public async Task CompleteAsync(DatabaseEntry original, bool owners, CancellationToken cancellationToken)
    {
        if (working is null)
        {
            await Connection.RunAsync(
                $"ALTER DATABASE {SqlText.Identifier(wanted.Database)} RESET {Marker}",
                cancellationToken
            );
            return;
        }

        await working.ApplyPropertiesAsync(original, owners, cancellationToken);
        await RenameAsync(working, cancellationToken);
        working.MarkNamed();
    }

    /// <summary>What is left of a restore that does not come to its end, as the end of a sentence.</summary>
    public string Leftover =>
        working is null
            ? $"database \"{wanted.Database}\" is partly filled and marked by its setting {Marker}: drop and create it again"
            : $"database \"{wanted.Database}\" was not created";

    /// <summary>Drops the working database unless it is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await (working?.DropUnlessNamedAsync() ?? Task.CompletedTask);
        }
        finally
        {
            await Connection.DisposeAsync();
        }
    }

    private static async Task EnsureEmptyAsync(ConnectionTarget wanted, CancellationToken cancellationToken)
    {
        await using var connection = await PostgresConnections.OpenAsync(wanted, "surety restore", cancellationToken);
        var found = await connection.QueryAsync(
            SqlFile.Read("database-objects"),
            r => r.GetString(0),
            cancellationToken
        );
        if (found.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.TargetNotEmpty,
                $"database \"{wanted.Database}\" exists and is not empty (it holds {string.Join(", ", found)}{(found.Count == 5 ? ", ..." : "")}); nothing was changed",
                "restore into a new name, or bring single tables back with --table"
            );
        }
    }

    private async Task RenameAsync(WorkingDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            var from = SqlText.Identifier(database.Target.Database);
            await Connection.RunAsync(
                $"ALTER DATABASE {from} RENAME TO {SqlText.Identifier(wanted.Database)}",
                cancellationToken
            );
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == PostgresErrorCodes.DuplicateDatabase)
        {
            throw new SuretyException(
                ErrorCode.TargetExists,
                $"somebody else created database \"{wanted.Database}\" meanwhile; what was restored is dropped, nothing else was changed",
                "restore into another name",
                e
            );
        }
    }
}
