using System.Text;
using Npgsql;

namespace Surety.Server.Alerts;

/// <summary>
/// Of servers that share a job store: one row there, and an advisory lock that says who tells. Whoever holds it keeps it until
/// its connection ends; then the next that asks has it, and the book with it.
/// </summary>
internal sealed class PostgresAlertMemory(NpgsqlDataSource store) : IAlertMemory
{
    /// <summary>"surety" and "alerts", as far as they go into 64 bits; the same on every server.</summary>
    private const long LockKey = 0x7375_7265_616c_7274;
    private NpgsqlConnection? turn;

    public async Task<bool> HasTurnAsync(CancellationToken cancellationToken)
    {
        if (turn is not null && await LivesAsync(turn, cancellationToken))
        {
            return true;
        }

        var connection = await store.OpenConnectionAsync(cancellationToken);
        await using var take = new NpgsqlCommand("SELECT pg_try_advisory_lock($1)", connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = LockKey } },
        };
        if (await take.ExecuteScalarAsync(cancellationToken) is true)
        {
            await using var make = new NpgsqlCommand(
                "CREATE TABLE IF NOT EXISTS surety_alerts (only_one bool PRIMARY KEY CHECK (only_one), book jsonb NOT NULL)",
                connection
            );
            await make.ExecuteNonQueryAsync(cancellationToken);
            turn = connection;
            return true;
        }

        await connection.DisposeAsync();
        return false;
    }

    public async Task<AlertBook> LoadAsync(CancellationToken cancellationToken)
    {
        await using var read = store.CreateCommand("SELECT book::text FROM surety_alerts");
        return await read.ExecuteScalarAsync(cancellationToken) is string text
            ? AlertBook.FromJson(Encoding.UTF8.GetBytes(text))
            : AlertBook.Empty;
    }

    public async Task SaveAsync(AlertBook book, CancellationToken cancellationToken)
    {
        await using var write = store.CreateCommand(
            "INSERT INTO surety_alerts VALUES (true, $1::jsonb) ON CONFLICT (only_one) DO UPDATE SET book = excluded.book"
        );
        write.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Encoding.UTF8.GetString(book.ToJson()) });
        await write.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (turn is not null)
        {
            await turn.DisposeAsync();
        }

        await store.DisposeAsync();
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
