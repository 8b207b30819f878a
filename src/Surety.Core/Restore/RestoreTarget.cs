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
    private static readonly string[] MaintenanceDatabases = ["postgres", "template1"];

    private readonly NpgsqlConnection server;
    private readonly ConnectionTarget wanted;
    private readonly bool isNew;
    private bool complete;

    private RestoreTarget(NpgsqlConnection server, ServerInfo info, ConnectionTarget wanted, ConnectionTarget working)
    {
        this.server = server;
        this.wanted = wanted;
        Server = info;
        Working = working;
        isNew = working.Database != wanted.Database;
    }

    /// <summary>A connection to the server, outside the database that is being filled.</summary>
    public NpgsqlConnection Connection => server;
    public ServerInfo Server { get; }

    /// <summary>Where to restore to.</summary>
    public ConnectionTarget Working { get; }

    /// <summary>Looks, and refuses where the database exists and is not empty; changes nothing.</summary>
    public static async Task<RestoreTarget> PrepareAsync(ConnectionTarget wanted, CancellationToken cancellationToken)
    {
        var server = await ConnectToServerAsync(wanted, cancellationToken);
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
            if (exists.Count == 0)
            {
                var working = wanted.WithDatabase(AbandonedCopies.NewName("restore"));
                return new RestoreTarget(server, info, wanted, working);
            }

            await EnsureEmptyAsync(wanted, cancellationToken);
            return new RestoreTarget(server, info, wanted, wanted);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates the working database as the original was created, or marks the empty one.</summary>
    public async Task CreateAsync(DatabaseEntry original, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            var session = SqlText.Literal(AbandonedCopies.SessionName("restore", Working.Database));
            await server.RunAsync($"SET application_name = {session}", cancellationToken);
            await server.RunAsync(CreateSql(original), cancellationToken);
            return;
        }

        await server.RunAsync(
            $"ALTER DATABASE {SqlText.Identifier(Working.Database)} SET {Marker} = on",
            cancellationToken
        );
    }

    /// <summary>
    /// Gives the database its owner, grants, comment and settings and, last of all, its name. Owners and grants only
    /// where <paramref name="owners"/> says so.
    /// </summary>
    public async Task CompleteAsync(DatabaseEntry original, bool owners, CancellationToken cancellationToken)
    {
        if (isNew)
        {
            await ApplyPropertiesAsync(original, owners, cancellationToken);
            await RenameAsync(cancellationToken);
        }
        else
        {
            await server.RunAsync(
                $"ALTER DATABASE {SqlText.Identifier(Working.Database)} RESET {Marker}",
                cancellationToken
            );
        }

        complete = true;
    }

    /// <summary>What is left of a restore that does not come to its end, as the end of a sentence.</summary>
    public string Leftover =>
        isNew
            ? $"database \"{wanted.Database}\" was not created"
            : $"database \"{wanted.Database}\" is partly filled and marked by its setting {Marker}: drop and create it again";

    /// <summary>Drops the working database unless it is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (isNew && !complete && server.FullState == System.Data.ConnectionState.Open)
            {
                await DatabaseRemoval.DropAsync(server, Working);
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<NpgsqlConnection> ConnectToServerAsync(
        ConnectionTarget wanted,
        CancellationToken cancellationToken
    )
    {
        var candidates = MaintenanceDatabases.Where(d => d != wanted.Database).ToList();
        foreach (var database in candidates.SkipLast(1))
        {
            try
            {
                var target = wanted.WithDatabase(database);
                return await PostgresConnections.OpenAsync(target, "surety restore", cancellationToken);
            }
            catch (SuretyException e) when (e.Code is ErrorCode.DatabaseNotFound or ErrorCode.PrivilegeMissing)
            {
                // The next one may be open to this role.
                continue;
            }
        }

        var last = wanted.WithDatabase(candidates[^1]);
        return await PostgresConnections.OpenAsync(last, "surety restore", cancellationToken);
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

    private string CreateSql(DatabaseEntry original)
    {
        var sql =
            $"CREATE DATABASE {SqlText.Identifier(Working.Database)} TEMPLATE template0"
            + $" ENCODING {SqlText.Literal(original.Encoding)}"
            + $" LC_COLLATE {SqlText.Literal(original.Collate)} LC_CTYPE {SqlText.Literal(original.CharacterType)}";
        var locale = original.Locale is null ? "" : SqlText.Literal(original.Locale);
        return original.LocaleProvider switch
        {
            "icu" => $"{sql} LOCALE_PROVIDER icu ICU_LOCALE {locale}{IcuRules(original)}",
            "builtin" => $"{sql} LOCALE_PROVIDER builtin BUILTIN_LOCALE {locale}",
            _ when Server.Major >= 15 => $"{sql} LOCALE_PROVIDER libc",
            _ => sql,
        };
    }

    private static string IcuRules(DatabaseEntry original) =>
        original.IcuRules is { } rules ? $" ICU_RULES {SqlText.Literal(rules)}" : "";

    private async Task ApplyPropertiesAsync(DatabaseEntry original, bool owners, CancellationToken cancellationToken)
    {
        var database = $"DATABASE {SqlText.Identifier(Working.Database)}";
        if (original.Comment is { } comment)
        {
            await server.RunAsync($"COMMENT ON {database} IS {SqlText.Literal(comment)}", cancellationToken);
        }

        if (original.ConnectionLimit != -1)
        {
            await server.RunAsync($"ALTER {database} CONNECTION LIMIT {original.ConnectionLimit}", cancellationToken);
        }

        foreach (var setting in original.Settings.Where(s => owners || s.Role is null))
        {
            await server.RunAsync(DatabaseSettings.AlterSql(Working.Database, setting), cancellationToken);
        }

        if (owners)
        {
            await server.RunAsync($"ALTER {database} OWNER TO {SqlText.Identifier(original.Owner)}", cancellationToken);
            await Grants.ApplyAsync(server, database, original.Owner, original.Acl, cancellationToken);
        }
    }

    private async Task RenameAsync(CancellationToken cancellationToken)
    {
        try
        {
            var sql =
                $"ALTER DATABASE {SqlText.Identifier(Working.Database)} RENAME TO {SqlText.Identifier(wanted.Database)}";
            await server.RunAsync(sql, cancellationToken);
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
