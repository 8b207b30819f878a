using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// The session that a migration is run in, with the settings that an application's would have there. Surety looks around
/// in it only within savepoints that it rolls back: whatever it read or locked is forgotten.
/// </summary>
internal sealed class RehearsalSession : IAsyncDisposable
{
    private const string Mark = "surety_statement";
    private const string Look = "surety_look";

    private readonly NpgsqlConnection connection;
    private readonly bool mayBeItself;

    private RehearsalSession(NpgsqlConnection connection, string role, bool mayBeItself) =>
        (this.connection, Role, this.mayBeItself) = (connection, role, mayBeItself);

    /// <summary>Who runs the migration.</summary>
    public string Role { get; }

    public int ProcessId => connection.ProcessID;

    /// <param name="role">Who is to run the migration; null for the role of the connection.</param>
    /// <exception cref="Surety.Repository.Errors.SuretyException">Whatever connecting throws; PrivilegeMissing.</exception>
    public static async Task<RehearsalSession> OpenAsync(
        ConnectionTarget database,
        string? role,
        CancellationToken cancellationToken
    )
    {
        var connection = await PostgresConnections.OpenAsync(
            database,
            "surety rehearse",
            cancellationToken,
            withDetails: true
        );
        try
        {
            var isSuperuser = await connection.QueryAsync(
                "SELECT rolsuper FROM pg_roles WHERE rolname = session_user",
                r => r.GetBoolean(0),
                cancellationToken
            );
            var mayBeItself = role is not null && role != database.User && isSuperuser is [true];
            if (role is not null && role != database.User)
            {
                var verb = mayBeItself ? "SESSION AUTHORIZATION" : "ROLE";
                await connection.RunAsync($"SET {verb} {SqlText.Identifier(role)}", cancellationToken);
                await connection.RunAsync(RoleSettings, cancellationToken);
            }

            return new RehearsalSession(connection, role ?? database.User, mayBeItself);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a step of the migration as it stands.</summary>
    /// <exception cref="PostgresException">The server refused it.</exception>
    public async Task RunAsync(SentStatement step, CancellationToken cancellationToken)
    {
        if (step.Data is not { } data)
        {
            await ExecuteAsync(step.HasRoutineBody ? SqlText.AsOne(step.Sql) : step.Sql, cancellationToken);
            return;
        }

        await using var writer = await connection.BeginTextImportAsync(step.Sql, cancellationToken);
        await writer.WriteAsync(data.Source.Text.AsMemory(data.Start, data.Length), cancellationToken);
    }

    public Task BeginAsync(CancellationToken cancellationToken) => ExecuteAsync("BEGIN", cancellationToken);

    public Task CommitAsync(CancellationToken cancellationToken) => ExecuteAsync("COMMIT", cancellationToken);

    public Task RollBackAsync(CancellationToken cancellationToken) => ExecuteAsync("ROLLBACK", cancellationToken);

    /// <summary>Where a statement begins: if it fails, the state before it can be looked at.</summary>
    public Task MarkAsync(CancellationToken cancellationToken) => ExecuteAsync($"SAVEPOINT {Mark}", cancellationToken);

    public Task ReturnToMarkAsync(CancellationToken cancellationToken) =>
        ExecuteAsync($"ROLLBACK TO SAVEPOINT {Mark}", cancellationToken);

    public Task ForgetMarkAsync(CancellationToken cancellationToken) =>
        ExecuteAsync($"RELEASE SAVEPOINT {Mark}", cancellationToken);

    /// <summary>
    /// Reads within the transaction of the migration, and leaves no trace in it: no lock, no setting, no snapshot.
    /// </summary>
    public async Task<T> LookAsync<T>(
        Func<NpgsqlConnection, Task<T>> look,
        CancellationToken cancellationToken,
        bool pinNames = true
    )
    {
        await ExecuteAsync($"SAVEPOINT {Look}", cancellationToken);
        try
        {
            // The role of a migration need not be allowed to read what it drops.
            var self = mayBeItself ? "SET LOCAL SESSION AUTHORIZATION DEFAULT; " : "";
            var names = pinNames ? "SET LOCAL search_path = pg_catalog; " : "";
            await ExecuteAsync(self + names + ReadingSettings.Local, cancellationToken);
            return await look(connection);
        }
        finally
        {
            await ExecuteAsync($"ROLLBACK TO SAVEPOINT {Look}; RELEASE SAVEPOINT {Look}", CancellationToken.None);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    /// <summary>What ALTER ROLE SET has for the role, which a log-in would have brought.</summary>
    private const string RoleSettings = """
        SELECT set_config(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1), false)
        FROM pg_db_role_setting r, unnest(r.setconfig) s
        WHERE r.setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
          AND (r.setdatabase = 0 OR r.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
        ORDER BY r.setdatabase
        """;
}
