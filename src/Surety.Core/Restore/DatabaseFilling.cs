using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Restore;

/// <summary>
/// Fills an empty database: tables, then rows, large objects and sequences, then indexes, constraints and all that works
/// on rows.
/// </summary>
internal sealed class DatabaseFilling(
    ObjectStore objects,
    BackupContents contents,
    RestoreOptions options,
    OperationProgress progress
)
{
    /// <summary>Returns what could not be restored and may be missing, as lines for people.</summary>
    /// <param name="client">What restores the schema.</param>
    /// <param name="server">A connection outside the database.</param>
    /// <param name="info">What is known of the server.</param>
    /// <param name="incomplete">The backup is: definitions that need what it lacks are left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<IReadOnlyList<string>> RunAsync(
        PostgresTools client,
        NpgsqlConnection server,
        ServerInfo info,
        bool incomplete,
        CancellationToken cancellationToken
    )
    {
        var noTablespaces = !await HasTablespacesAsync(server, cancellationToken);
        using var schema = await SchemaLoad.OpenAsync(client, objects, contents.Schema, cancellationToken);
        var rules = new SchemaLoadRules(options.NoOwner, noTablespaces, incomplete, info.Major);

        progress.Begin("creating tables");
        var early = await schema.RunAsync(options.Target, "pre-data", rules, 1, cancellationToken);
        if (!options.SchemaOnly)
        {
            await LoadRowsAsync(cancellationToken);
        }

        progress.Begin("building indexes and constraints");
        var late = await schema.RunAsync(options.Target, "post-data", rules, options.Jobs, cancellationToken);
        return noTablespaces
            ? [.. early, .. late, "the server lacks tablespaces of the backup: everything is in the default one"]
            : [.. early, .. late];
    }

    private async Task LoadRowsAsync(CancellationToken cancellationToken)
    {
        await ExtensionTables.EmptyAsync(options.Target, contents.Tables, cancellationToken);
        var rows = new RowLoad(objects, contents.Database.Encoding, progress);
        await rows.RunAsync(options.Target, contents.Tables, options.Jobs, cancellationToken);
        await using var connection = await PostgresConnections.OpenAsync(
            options.Target,
            "surety restore",
            cancellationToken
        );
        await connection.RunAsync("BEGIN", cancellationToken);
        var largeObjects = new LargeObjectLoad(objects, progress);
        await largeObjects.RunAsync(connection, contents.LargeObjects, !options.NoOwner, cancellationToken);
        await connection.RunAsync("COMMIT", cancellationToken);
        await SequenceLoad.RunAsync(connection, contents.Sequences, cancellationToken);
    }

    private async Task<bool> HasTablespacesAsync(NpgsqlConnection server, CancellationToken cancellationToken)
    {
        var present = await server.QueryAsync(
            "SELECT spcname::text FROM pg_tablespace",
            r => r.GetString(0),
            cancellationToken
        );
        return contents.Tablespaces.All(present.Contains);
    }
}
