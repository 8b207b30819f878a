using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Objects;

namespace Surety.Core.Capture;

/// <summary>
/// The schema of a snapshot, written by pg_dump and never by us: pre-data (types, functions, tables, ...) and post-data
/// (indexes, constraints, triggers, policies, ...) as one custom-format archive, and the same as text.
/// </summary>
internal sealed class SchemaDump(PostgresTools tools, ObjectStore objects)
{
    // pg_dump locks every table too, and would queue behind a session that waits for our own locks.
    private const string LockWait = "20s";

    public async Task<(SchemaEntry Entry, IReadOnlyList<StoredObject> Stored)> TakeAsync(
        LockedSnapshot snapshot,
        SchemaFilter filter,
        CancellationToken cancellationToken
    )
    {
        var archive = await DumpAsync(snapshot, filter, cancellationToken);
        var text = await SchemaText.FromArchiveAsync(tools, objects, archive.Stream, cancellationToken);
        using var bytes = new MemoryStream(text.ToBytes());
        var plain = await objects.PutStreamAsync(bytes, cancellationToken);
        var entry = new SchemaEntry
        {
            Archive = archive.Stream,
            Text = plain.Stream,
            PgDumpVersion = tools.Version.ToString(),
            OnlySchemas = filter.Only,
            ExcludedSchemas = filter.Except,
        };
        return (entry, [.. archive.Objects, .. plain.Objects]);
    }

    private static IEnumerable<Relation> Unlockable(LockedSnapshot snapshot) =>
        snapshot.Relations.Where(r => r.Kind is RelationKind.Table or RelationKind.Partitioned && !r.HasPrivileges);

    private async Task<StoredObjects> DumpAsync(
        LockedSnapshot snapshot,
        SchemaFilter filter,
        CancellationToken cancellationToken
    )
    {
        StoredObjects? stored = null;
        string[] arguments =
        [
            "--format=custom",
            "--compress=0",
            "--section=pre-data",
            "--section=post-data",
            $"--snapshot={snapshot.Name}",
            $"--lock-wait-timeout={LockWait}",
            "--no-password",
            .. filter.Only.Select(s => $"--schema={SqlText.Identifier(s)}"),
            .. filter.Except.Select(s => $"--exclude-schema={SqlText.Identifier(s)}"),
            .. Unlockable(snapshot).Select(r => $"--exclude-table={r.Name.Sql}"),
        ];
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgDump), arguments)
        {
            Environment = snapshot.Target.ToEnvironment(),
        };
        try
        {
            await ToolProcess.RunAsync(
                command,
                async (output, token) => stored = await objects.PutStreamAsync(output, token),
                cancellationToken
            );
        }
        catch (SuretyException e) when (e.Message.Contains("lock timeout", StringComparison.Ordinal))
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                "another session waits to change a table, and pg_dump would have to wait behind it; nothing was kept",
                "run the backup while no migration is running",
                e
            )
            {
                IsTransient = true,
            };
        }

        return stored!;
    }
}
