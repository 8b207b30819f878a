using Npgsql;
using Surety.Core.Postgres;

namespace Surety.Core.Restore;

/// <summary>Drops a database that Surety has made itself. Not to be cancelled: it is how things are left clean.</summary>
internal static class DatabaseRemoval
{
    /// <param name="server">A session outside the database.</param>
    /// <param name="database">What to drop; no error where it does not exist.</param>
    public static async Task DropAsync(NpgsqlConnection server, ConnectionTarget database)
    {
        var subscriptions = await server.QueryAsync(
            "SELECT subname::text FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1",
            r => r.GetString(0),
            CancellationToken.None,
            database.Database
        );
        if (subscriptions.Count > 0)
        {
            await DropSubscriptionsAsync(database, subscriptions.Select(SqlText.Identifier));
        }

        var name = SqlText.Identifier(database.Database);
        await server.RunAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
    }

    /// <summary>A database with subscriptions cannot be dropped. Their slots at the publisher are not ours to drop.</summary>
    private static async Task DropSubscriptionsAsync(ConnectionTarget database, IEnumerable<string> names)
    {
        await using var session = await PostgresConnections.OpenAsync(
            database,
            "surety restore",
            CancellationToken.None
        );
        foreach (var name in names)
        {
            await session.RunAsync($"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)", CancellationToken.None);
            await session.RunAsync($"DROP SUBSCRIPTION {name}", CancellationToken.None);
        }
    }
}
