using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;

namespace Surety.Core.Rollback.Swap;

/// <param name="Client">For people: who, by which application.</param>
internal readonly record struct DatabaseSession(int ProcessId, string Client, bool MayBeEnded);

/// <summary>The sessions of a database, seen and ended from outside it.</summary>
internal static class DatabaseSessions
{
    public static Task<IReadOnlyList<DatabaseSession>> ReadAsync(
        NpgsqlConnection connection,
        uint database,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            SqlFile.Read("database-sessions"),
            r => new DatabaseSession(r.GetInt32(0), r.GetString(1), r.GetBoolean(2)),
            cancellationToken,
            database
        );

    /// <summary>Asks every session to end; returns the number of those that were there.</summary>
    public static async Task<int> EndAsync(
        NpgsqlConnection connection,
        uint database,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datid = $1 AND pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'
            """;
        return (await connection.QueryAsync(sql, r => r.GetBoolean(0), cancellationToken, database)).Count;
    }

    /// <summary>For people: <c>3 x app (worker), 1 x ann (psql)</c>.</summary>
    public static string Describe(IEnumerable<DatabaseSession> sessions) =>
        string.Join(", ", sessions.CountBy(s => s.Client).Select(c => $"{c.Value} x {c.Key}"));
}
