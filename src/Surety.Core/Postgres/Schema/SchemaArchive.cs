using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Schema;

/// <summary>
/// The schema of a snapshot, written by pg_dump and never by us: pre-data (types, functions, tables, ...) and post-data
/// (indexes, constraints, triggers, policies, ...) as one custom-format archive.
/// </summary>
internal static class SchemaArchive
{
    // pg_dump locks every table too, and would queue behind a session that waits for our own locks.
    private const string LockWait = "20s";

    /// <summary>Hands the archive to <paramref name="readArchive"/> as it is written.</summary>
    /// <exception cref="SuretyException">
    /// SchemaChanging, transient, where another session waits to change a table; else ToolFailed.
    /// </exception>
    public static async Task DumpAsync(
        PostgresTools tools,
        LockedSnapshot snapshot,
        SchemaFilter filter,
        Func<Stream, CancellationToken, Task> readArchive,
        CancellationToken cancellationToken
    )
    {
        string[] arguments =
        [
            "--format=custom",
            "--compress=0",
            $"--encoding={DumpEncoding(snapshot.Server)}",
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
            await ToolProcess.RunAsync(command, readArchive, cancellationToken);
        }
        catch (SuretyException e) when (e.Message.Contains("lock timeout", StringComparison.Ordinal))
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                "another session waits to change a table, and pg_dump would have to wait behind it; nothing was kept",
                "run it again while no migration is running",
                e
            )
            {
                IsTransient = true,
            };
        }
    }

    /// <summary>
    /// UTF-8, for every archive to be read alike; but SQL_ASCII says nothing of what its bytes mean, and cannot be
    /// converted.
    /// </summary>
    public static string DumpEncoding(ServerInfo server) => server.Encoding == "SQL_ASCII" ? server.Encoding : "UTF8";

    private static IEnumerable<Relation> Unlockable(LockedSnapshot snapshot) =>
        snapshot.Relations.Where(r => r.Kind is RelationKind.Table or RelationKind.Partitioned && !r.HasPrivileges);
}
