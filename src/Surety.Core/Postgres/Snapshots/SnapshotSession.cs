using Npgsql;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Progress;
using Surety.Repository.Errors;

namespace Surety.Core.Postgres.Snapshots;

/// <summary>What snapshot.sql returns.</summary>
internal sealed record ExportedSnapshot(string Name, string Transactions, DateTimeOffset TakenAt, string Lsn);

/// <summary>A schema, and the transaction that last changed it.</summary>
internal readonly record struct SchemaVersion(uint Oid, string Name, string Transaction);

/// <summary>How the coordinator's transaction begins, and how strongly it locks.</summary>
/// <param name="Name">As the manifest names it.</param>
/// <param name="Isolation">As BEGIN takes it.</param>
/// <param name="Lock">As LOCK TABLE takes it.</param>
/// <param name="Timeout">How long to wait for the snapshot.</param>
internal readonly record struct SnapshotMode(string Name, string Isolation, string Lock, TimeSpan Timeout);

/// <summary>
/// The connections behind a snapshot: the coordinator, whose one transaction locks and then exports; the lister, which
/// lists tables outside that transaction and sees who keeps the coordinator waiting; and where the coordinator is to
/// change what it locked, a reader that imports the snapshot, since READ COMMITTED sees the present.
/// </summary>
internal sealed class SnapshotSession : IAsyncDisposable
{
    private const string ReadersLock = "ACCESS SHARE";

    private readonly NpgsqlConnection lister;
    private NpgsqlConnection? reader;
    private IReadOnlyList<SchemaVersion> schemas = [];

    private SnapshotSession(ConnectionTarget target, NpgsqlConnection coordinator, NpgsqlConnection lister)
    {
        Target = target;
        Connection = coordinator;
        Catalog = new CatalogReader(coordinator);
        this.lister = lister;
    }

    public ConnectionTarget Target { get; }
    public NpgsqlConnection Connection { get; }

    /// <summary>Reads within the snapshot.</summary>
    public CatalogReader Catalog { get; private set; }
    public ServerInfo Server { get; private set; } = null!;
    public ExportedSnapshot Snapshot { get; private set; } = null!;

    /// <summary>The isolation that the snapshot has, as the manifest names it.</summary>
    public string Isolation { get; private set; } = "";

    public static async Task<SnapshotSession> OpenAsync(ConnectionTarget target, CancellationToken cancellationToken)
    {
        var coordinator = await PostgresConnections.OpenAsync(target, "surety", cancellationToken);
        NpgsqlConnection? lister = null;
        try
        {
            lister = await PostgresConnections.OpenAsync(target, "surety", cancellationToken);
            var session = new SnapshotSession(target, coordinator, lister);
            await coordinator.RunAsync(SessionSettings.PinNames, cancellationToken);
            session.Server = await session.Catalog.ReadServerAsync(cancellationToken);
            ServerSupport.Ensure(session.Server);
            await coordinator.RunAsync(SessionSettings.Pin(session.Server), cancellationToken);
            await lister.RunAsync(SessionSettings.Pin(session.Server), cancellationToken);
            return session;
        }
        catch
        {
            await coordinator.DisposeAsync();
            if (lister is not null)
            {
                await lister.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>
    /// Locks the tables and takes the snapshot. Null where the tables listed before the locks are not those that the
    /// snapshot has: the caller starts again.
    /// </summary>
    public async Task<IReadOnlyList<Relation>?> TryLockAndTakeAsync(
        SnapshotOptions options,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        schemas = await ReadSchemasAsync(lister, cancellationToken);
        var before = await new CatalogReader(lister).ReadRelationsAsync(options.Schemas, Server, cancellationToken);
        await using var waits = WaitWatch.Start(lister, Connection.ProcessID, progress);

        foreach (var mode in Modes(options))
        {
            if (!await TryLockAsync(mode, before, options, waits, cancellationToken))
            {
                return null;
            }

            if (await TryTakeAsync(mode.Timeout, cancellationToken))
            {
                Isolation = mode.Name;
                break;
            }

            await ExecuteAsync("ROLLBACK", cancellationToken);
        }

        var after = await Catalog.ReadRelationsAsync(options.Schemas, Server, cancellationToken);
        if (!SameTables(before, after))
        {
            return null;
        }

        if (options.ToChange)
        {
            await OpenReaderAsync(cancellationToken);
        }

        return after;
    }

    /// <summary>
    /// Schemas that another session changed since before the tables were listed. Renaming one needs no lock on the tables
    /// in it, and where the old name is given back nothing but the row's version tells.
    /// </summary>
    public async Task<IReadOnlyList<string>> ChangedSchemasAsync(CancellationToken cancellationToken)
    {
        // The snapshot's own connection sees the past; the lister may have been ended for idling.
        await using var present = await PostgresConnections.OpenAsync(Target, "surety", cancellationToken);
        var now = await ReadSchemasAsync(present, cancellationToken);
        return schemas.Except(now).Select(s => s.Name).ToList();
    }

    /// <summary>Ends what only reads: its locks would keep the coordinator from changing anything.</summary>
    public async Task EndReadingAsync()
    {
        if (reader is not null)
        {
            await reader.DisposeAsync();
            reader = null;
        }
    }

    private async Task OpenReaderAsync(CancellationToken cancellationToken)
    {
        reader = await PostgresConnections.OpenAsync(Target, "surety", cancellationToken);
        await reader.RunAsync(
            $"{SessionSettings.Pin(Server)}; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                + $" SET TRANSACTION SNAPSHOT '{Snapshot.Name}'",
            cancellationToken
        );
        Catalog = new CatalogReader(reader);
    }

    private static Task<IReadOnlyList<SchemaVersion>> ReadSchemasAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            "SELECT oid, nspname::text, xmin::text FROM pg_namespace",
            r => new SchemaVersion(r.GetFieldValue<uint>(0), r.GetString(1), r.GetString(2)),
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        await EndReadingAsync();
        await Connection.DisposeAsync();
        await lister.DisposeAsync();
    }

    private IEnumerable<SnapshotMode> Modes(SnapshotOptions options)
    {
        if (options.ToChange)
        {
            // Under REPEATABLE READ a row that was committed while the locks were waited for would stay invisible.
            yield return new("read committed", "READ COMMITTED READ WRITE", "EXCLUSIVE", Timeout.InfiniteTimeSpan);
            yield break;
        }

        // A hot standby has no serializable transactions (manual section 27.4).
        if (!Server.InRecovery)
        {
            yield return new(
                "serializable deferrable",
                "SERIALIZABLE READ ONLY DEFERRABLE",
                ReadersLock,
                options.SafeSnapshotTimeout
            );
        }

        yield return new("repeatable read", "REPEATABLE READ READ ONLY", ReadersLock, Timeout.InfiniteTimeSpan);
    }

    private static bool SameTables(IReadOnlyList<Relation> before, IReadOnlyList<Relation> after) =>
        after.All(r => r.FileNode.InSnapshot == r.FileNode.Now)
        && before.Select(r => (r.Oid, r.Name)).SequenceEqual(after.Select(r => (r.Oid, r.Name)));

    /// <summary>False where a table was dropped or renamed since it was listed.</summary>
    private async Task<bool> TryLockAsync(
        SnapshotMode mode,
        IReadOnlyList<Relation> relations,
        SnapshotOptions options,
        WaitWatch waits,
        CancellationToken cancellationToken
    )
    {
        await ExecuteAsync($"BEGIN ISOLATION LEVEL {mode.Isolation}", cancellationToken);
        var names = relations.Where(r => r.IsLockable).Select(r => r.Name.Sql).ToList();
        if (names.Count == 0)
        {
            return true;
        }

        try
        {
            var locks = await LocksAsync(mode, names, cancellationToken);
            // SET and LOCK take no snapshot. ONLY: a child is in the list by itself.
            await ExecuteAsync(
                $"""
                SET LOCAL lock_timeout = {(long)options.LockTimeout.TotalMilliseconds};
                {string.Join("; ", locks.Select(l => $"LOCK TABLE {string.Join(", ", l)} IN {l.Key} MODE"))};
                SET LOCAL lock_timeout = 0;
                """,
                cancellationToken
            );
            return true;
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) is "42P01" or "3F000" or "42809")
        {
            return false;
        }
        catch (SuretyException e) when (e.Code == ErrorCode.LockTimeout)
        {
            throw new SuretyException(
                ErrorCode.LockTimeout,
                $"the tables of {Target} could not be locked within {options.LockTimeout.TotalSeconds:0} s"
                    + $"{waits.InTheWay}; nothing was read",
                "let the sessions that hold the locks finish, or allow more time with --lock-timeout",
                e
            )
            {
                IsTransient = true,
            };
        }
    }

    /// <summary>
    /// What a role may only read (the tables of an extension, for one) it cannot lock against writers either, and would
    /// not change: for that the readers' lock has to do. By mode, since one statement locks many tables.
    /// </summary>
    private async Task<ILookup<string, string>> LocksAsync(
        SnapshotMode mode,
        IReadOnlyList<string> tables,
        CancellationToken cancellationToken
    )
    {
        if (mode.Lock == ReadersLock)
        {
            return tables.ToLookup(_ => ReadersLock, table => $"ONLY {table}");
        }

        const string sql = """
            SELECT has_table_privilege(name::regclass, 'UPDATE, DELETE, TRUNCATE')
            FROM unnest($1::text[]) WITH ORDINALITY t (name, position) ORDER BY position
            """;
        var writable = await lister.QueryAsync(sql, r => r.GetBoolean(0), cancellationToken, tables.ToArray());
        return tables.Zip(writable).ToLookup(t => t.Second ? mode.Lock : ReadersLock, t => $"ONLY {t.First}");
    }

    /// <summary>The transaction's first snapshot. False where a safe one was not to be had in time.</summary>
    private async Task<bool> TryTakeAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var limit = timeout == Timeout.InfiniteTimeSpan ? 0 : (long)timeout.TotalMilliseconds;
        try
        {
            // lock_timeout does not bound the wait for a safe snapshot, statement_timeout does.
            await ExecuteAsync($"SET LOCAL statement_timeout = {limit}", cancellationToken);
            var rows = await Catalog.QueryAsync(
                SqlFile.Read("snapshot"),
                r => new ExportedSnapshot(
                    r.GetString(0),
                    r.GetString(1),
                    new DateTimeOffset(r.GetDateTime(2)),
                    r.GetString(3)
                ),
                cancellationToken
            );
            Snapshot = rows[0];
            await ExecuteAsync("SET LOCAL statement_timeout = 0", cancellationToken);
            return true;
        }
        catch (SuretyException e) when (ServerErrors.SqlStateOf(e) == PostgresErrorCodes.QueryCanceled)
        {
            return false;
        }
    }

    private Task ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        Connection.RunAsync(sql, cancellationToken);
}
