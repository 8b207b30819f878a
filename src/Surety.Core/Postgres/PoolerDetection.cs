using Npgsql;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres;

/// <summary>
/// Recognises a pooler that shares server sessions between clients (pgbouncer in transaction mode, Supavisor on port
/// 6543, pgcat, Neon's "-pooler" hosts). Behind one, the transaction that holds the snapshot and the locks is not safe
/// from other clients, and settings are lost between statements.
/// </summary>
/// <remarks>
/// What the pooler says of itself proves nothing, and the same client on an idle pool gets the same backend over and over.
/// What proves it are two clients, connected at the same time: a server session belongs to one client for its whole life,
/// so if both are seen on one backend, or one client on two, the sessions are shared.
/// </remarks>
public static class PoolerDetection
{
    // Poolers hand out the backend used last or the one used longest ago; either shows within two rounds. More rounds
    // cover a pool that others use meanwhile.
    private const int Rounds = 4;

    // With its start, since in containers two servers behind a balancer often count their process ids alike.
    private const string BackendSql =
        "SELECT pid || ' ' || backend_start FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()";

    /// <summary>Returns where every connection to the target is a server session of its own.</summary>
    /// <exception cref="SuretyException"><see cref="ErrorCode.PoolerDetected"/>, or that connecting failed.</exception>
    public static async Task EnsureSessionAsync(ConnectionTarget target, CancellationToken cancellationToken)
    {
        var first = await PostgresConnections.OpenAsync(target, "surety", cancellationToken);
        await using var _ = first;
        var second = await PostgresConnections.OpenAsync(target, "surety", cancellationToken);
        await using var __ = second;
        try
        {
            var firstHas = await BackendOfAsync(first, cancellationToken);
            var secondHas = await BackendOfAsync(second, cancellationToken);
            for (var round = 0; round < Rounds; round++)
            {
                if (
                    firstHas == secondHas
                    || firstHas != await BackendOfAsync(first, cancellationToken)
                    || secondHas != await BackendOfAsync(second, cancellationToken)
                )
                {
                    throw Detected(target);
                }
            }
        }
        catch (NpgsqlException e)
        {
            throw ServerErrors.From(e);
        }
    }

    private static async Task<string> BackendOfAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(BackendSql, connection);
        await using var _ = command;
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static SuretyException Detected(ConnectionTarget target) =>
        new(
            ErrorCode.PoolerDetected,
            $"{target.Endpoint} is a connection pooler in transaction mode, behind which no consistent snapshot can be "
                + "held; nothing was changed",
            "connect to the server itself or to the pooler's session mode: on Supabase port 5432 instead of 6543, on Neon "
                + "the host without \"-pooler\", with pgbouncer pool_mode=session or the server's own port"
        );
}
