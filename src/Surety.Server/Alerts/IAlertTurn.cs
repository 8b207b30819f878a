using Npgsql;
using Surety.Server.Runs;

namespace Surety.Server.Alerts;

/// <summary>Which server tells, of those that share a job store.</summary>
internal interface IAlertTurn : IAsyncDisposable
{
    /// <summary>True where it is this one.</summary>
    Task<bool> TakeAsync(CancellationToken cancellationToken);
}

/// <summary>Of a server alone.</summary>
internal sealed class OnlyTurn : IAlertTurn
{
    public Task<bool> TakeAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// An advisory lock of the job store: whoever holds it keeps it until its connection ends, however its server does; then the
/// next that asks has it.
/// </summary>
internal sealed class SharedTurn(JobStore store) : IAlertTurn
{
    private NpgsqlConnection? turn;

    public async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        if (turn is not null && await LivesAsync(turn, cancellationToken))
        {
            return true;
        }

        var connection = await store.Connections.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var take = new NpgsqlCommand(
                "SELECT pg_try_advisory_lock(hashtext('surety_server'), hashtext('alerts'))",
                connection
            );
            turn = await take.ExecuteScalarAsync(cancellationToken) is true ? connection : null;
            return turn is not null;
        }
        finally
        {
            if (turn is null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (turn is not { } held)
        {
            return;
        }

        turn = null;
        try
        {
            // Back in the pool it would keep the lock until it is used next.
            await using var free = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", held);
            await free.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // The lock went with its connection.
        }

        await held.DisposeAsync();
    }

    private async Task<bool> LivesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var ask = new NpgsqlCommand("SELECT 1", connection);
            await ask.ExecuteScalarAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            turn = null;
            await connection.DisposeAsync();
            return false;
        }
    }
}
