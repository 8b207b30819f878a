using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// A second session in the same database, which sees from outside what the session of the migration holds: to look does
/// not change what is looked at.
/// </summary>
internal sealed class Witness(NpgsqlConnection connection, int observed) : IAsyncDisposable
{
    // Looking all the time would slow down what is watched.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    private const string LocksSql = """
        SELECT relation, mode FROM pg_locks
        WHERE pid = $1 AND granted AND locktype = 'relation' AND relation >= 16384
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    public static async Task<Witness> OpenAsync(
        ConnectionTarget database,
        int observed,
        CancellationToken cancellationToken
    ) => new(await PostgresConnections.OpenAsync(database, "surety rehearse", cancellationToken), observed);

    /// <summary>The locks on relations that the migration holds now.</summary>
    public async Task<IReadOnlyList<HeldLock>> LocksAsync(CancellationToken cancellationToken) =>
        await connection.QueryAsync(
            LocksSql,
            r => new HeldLock(r.GetFieldValue<uint>(0), LockModes.Parse(r.GetString(1))),
            cancellationToken,
            observed
        );

    /// <summary>True between BEGIN and the end of the transaction, one that has failed too.</summary>
    public async Task<bool> IsInTransactionAsync(CancellationToken cancellationToken) =>
        await connection.QueryAsync(
            "SELECT state LIKE 'idle in transaction%' FROM pg_stat_activity WHERE pid = $1",
            r => r.GetBoolean(0),
            cancellationToken,
            observed
        )
            is [true];

    /// <summary>
    /// The locks of a statement that no transaction may hold, seen by looking again and again while it runs: a short one can
    /// be missed.
    /// </summary>
    public async Task<IReadOnlyList<HeldLock>> WatchAsync(Task running, CancellationToken cancellationToken)
    {
        var seen = new HashSet<HeldLock>();
        do
        {
            seen.UnionWith(await LocksAsync(cancellationToken));
        } while (await Task.WhenAny(running, Task.Delay(Look, cancellationToken)) != running);
        return [.. seen];
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();
}

internal readonly record struct HeldLock(uint Relation, LockMode Mode);
