using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>
/// Keeps two runs of migrations on one database apart, by a session's advisory lock. Its session also records what no
/// transaction holds together. Where the lock is lost, the table of what ran still takes each version once.
/// </summary>
internal sealed class MigrationLock : IAsyncDisposable
{
    // Any number will do that others do not use: the letters "surety" as one.
    private const long Key = 0x737572657479;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private MigrationLock(NpgsqlConnection connection) => Connection = connection;

    public NpgsqlConnection Connection { get; }

    /// <param name="patience">How long to wait for another run.</param>
    /// <exception cref="SuretyException">MigrationRunning; whatever opening a connection throws.</exception>
    public static async Task<MigrationLock> TakeAsync(
        ConnectionTarget target,
        TimeSpan patience,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var connection = await PostgresConnections.OpenAsync(target, "surety migrate", cancellationToken);
        try
        {
            await connection.RunAsync(
                "SET search_path = pg_catalog; SET idle_session_timeout = 0; SET statement_timeout = 0",
                cancellationToken
            );
            var startedAt = clock.GetTimestamp();
            while (!await TryLockAsync(connection, cancellationToken))
            {
                if (clock.GetElapsedTime(startedAt) >= patience)
                {
                    throw Running(target);
                }

                await Task.Delay(Pause, clock, cancellationToken);
            }

            return new MigrationLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static async Task<bool> TryLockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var got = await connection.QueryAsync(
            $"SELECT pg_try_advisory_lock({Key})",
            row => row.GetBoolean(0),
            cancellationToken
        );
        return got[0];
    }

    private static SuretyException Running(ConnectionTarget target) =>
        new(
            ErrorCode.MigrationRunning,
            $"another surety migrate is at work on database {target.Database}; nothing was changed",
            "wait for it, or give it time with --wait 5m"
        );
}
