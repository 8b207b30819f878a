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
    // libpq's own words, which LC_ALL=C keeps in English; and a snapshot is gone with the session that exported it.
    private static readonly string[] LostServerWords =
    [
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "invalid snapshot identifier",
        "could not import the requested snapshot",
    ];

    // pg_dump locks every table too, and would queue behind a session that waits for our own locks: for ever, while all
    // that come after queue as well. Once we let go and start again, that session has its turn.
    private const string LockWait = "5s";

    /// <summary>Hands the archive to <paramref name="readArchive"/> as it is written.</summary>
    /// <exception cref="SuretyException">
    /// SchemaChanging, transient, where another session changes a table or waits to; else ToolFailed.
    /// </exception>
    public static async Task DumpAsync(
        PostgresTools tools,
        LockedSnapshot snapshot,
        SchemaFilter filter,
        IEnumerable<Sequence> sequences,
        Func<Stream, CancellationToken, Task> readArchive,
        CancellationToken cancellationToken
    )
    {
        string[] arguments =
        [
            "--format=custom",
            "--compress=0",
            $"--encoding={DumpEncoding(snapshot.Server.Encoding)}",
            "--section=pre-data",
            "--section=post-data",
            $"--snapshot={snapshot.Name}",
            $"--lock-wait-timeout={LockWait}",
            "--no-password",
            .. filter.Only.Select(s => $"--schema={SqlText.Identifier(s)}"),
            .. filter.Except.Select(s => $"--exclude-schema={SqlText.Identifier(s)}"),
            .. Unlockable(snapshot).Select(r => $"--exclude-table={r.Name.Sql}"),
            // It reads the state of every sequence, though that is in neither section.
            .. sequences.Where(s => !s.Selectable).Select(s => $"--exclude-table-data={s.Name.Sql}"),
        ];
        var command = new ToolCommand(tools.PathOf(PostgresTool.PgDump), arguments)
        {
            Environment = snapshot.Target.ToEnvironment(),
        };
        try
        {
            await ToolProcess.RunAsync(command, readArchive, cancellationToken);
        }
        catch (SuretyException e) when (CouldNotLock(e))
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                "another session changes tables or waits to, and pg_dump could not lock them; nothing was kept",
                "run it again while no migration is running",
                e
            )
            {
                IsTransient = true,
            };
        }
        catch (SuretyException e) when (LostServer(e))
        {
            throw ServerErrors.Lost(e.Message, e);
        }
    }

    /// <summary>
    /// UTF-8, for every archive to be read alike; but SQL_ASCII says nothing of what its bytes mean, and cannot be
    /// converted.
    /// </summary>
    public static string DumpEncoding(string databaseEncoding) =>
        databaseEncoding == "SQL_ASCII" ? databaseEncoding : "UTF8";

    // pg_dump bounds the wait by statement_timeout, not by lock_timeout, and the server words its error accordingly. A
    // table that we hold locked is gone for pg_dump where its schema was renamed.
    private static bool CouldNotLock(SuretyException failure) =>
        failure.Message.Contains("LOCK TABLE", StringComparison.Ordinal)
        && (
            failure.Message.Contains("timeout", StringComparison.Ordinal)
            || failure.Message.Contains("does not exist", StringComparison.Ordinal)
        );

    private static bool LostServer(SuretyException failure) =>
        failure.Code == ErrorCode.ToolFailed
        && LostServerWords.Any(words => failure.Message.Contains(words, StringComparison.Ordinal));

    private static IEnumerable<Relation> Unlockable(LockedSnapshot snapshot) =>
        snapshot.Relations.Where(r => r.Kind is RelationKind.Table or RelationKind.Partitioned && !r.HasPrivileges);
}
