using Npgsql;
using Surety.Core.Postgres;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// Configuration tables of extensions: CREATE EXTENSION makes them, and may put rows in that the backup holds too or that
/// the user had removed. Exactly the rows that the extension calls the user's are taken out before those of the backup go in.
/// </summary>
internal static class ExtensionTables
{
    public static async Task EmptyAsync(
        ConnectionTarget target,
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        var configuration = tables.Where(t => t.Extension is not null).ToList();
        if (configuration.Count == 0)
        {
            return;
        }

        await using var connection = await PostgresConnections.OpenAsync(target, "surety restore", cancellationToken);
        await EmptyAsync(connection, configuration, cancellationToken);
    }

    /// <summary>The same within the caller's transaction.</summary>
    public static async Task EmptyAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        foreach (var table in tables.Where(t => t.Extension is not null))
        {
            var name = QualifiedName.Of(table);
            await connection.RunAsync($"DELETE FROM ONLY {name.Sql} {table.Condition}", cancellationToken);
        }
    }
}
