using Npgsql;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Progress;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Postgres.Snapshots;

/// <summary>
/// One exported snapshot of a database, held open on the coordinator's connection together with an ACCESS SHARE lock on
/// every table, taken before it. The order matters: a TRUNCATE or a rewriting ALTER that commits between a snapshot and
/// a lock makes a full table read as empty, without any error (manual section 13.6, "Caveats"). Taken to change, the lock
/// is EXCLUSIVE: readers go on, writers wait, and the coordinator's transaction can change what the snapshot shows.
/// </summary>
internal sealed class LockedSnapshot : IAsyncDisposable
{
    private LockedSnapshot(SnapshotSession session, IReadOnlyList<Relation> relations)
    {
        Session = session;
        Relations = relations;
    }

    private SnapshotSession Session { get; }

    public ConnectionTarget Target => Session.Target;
    public ServerInfo Server => Session.Server;

    /// <summary>The relations of the snapshot, all that hold readable rows being locked.</summary>
    public IReadOnlyList<Relation> Relations { get; }

    /// <summary>The coordinator's connection, inside the transaction that owns the snapshot and the locks.</summary>
    public NpgsqlConnection Connection => Session.Connection;

    /// <summary>Reads within the snapshot.</summary>
    public CatalogReader Catalog => Session.Catalog;

    /// <summary>
    /// To be called before <see cref="Connection"/> changes anything: what else reads would keep it from that.
    /// <see cref="Catalog"/> cannot be used any more.
    /// </summary>
    public Task EndReadingAsync() => Session.EndReadingAsync();

    /// <summary>Name for <c>SET TRANSACTION SNAPSHOT</c>; valid while this object is open.</summary>
    public string Name => Session.Snapshot.Name;
    public DateTimeOffset TakenAt => Session.Snapshot.TakenAt;

    /// <summary>
    /// Locks, then takes and exports the snapshot; starts again where the set of tables changed in between.
    /// </summary>
    /// <exception cref="SuretyException">
    /// LockTimeout with the sessions that are in the way; SchemaChanging where every attempt met a change; ServerTooOld;
    /// whatever opening a connection throws.
    /// </exception>
    public static async Task<LockedSnapshot> TakeAsync(
        ConnectionTarget target,
        SnapshotOptions options,
        OperationProgress progress,
        CancellationToken cancellationToken
    )
    {
        const int attempts = 5;
        for (var attempt = 1; attempt <= attempts; attempt++)
        {
            var session = await SnapshotSession.OpenAsync(target, cancellationToken);
            try
            {
                progress.Begin("locking tables");
                if (await session.TryLockAndTakeAsync(options, progress, cancellationToken) is { } relations)
                {
                    return new LockedSnapshot(session, relations);
                }
            }
            catch
            {
                await session.DisposeAsync();
                throw;
            }

            await session.DisposeAsync();
        }

        throw new SuretyException(
            ErrorCode.SchemaChanging,
            $"tables of {target} were created, dropped or rewritten during each of {attempts} attempts to lock them; nothing was read",
            "run the backup while no migration is running"
        );
    }

    /// <summary>
    /// True where both show the same of everything that has transactions: no transaction has ended in between (manual
    /// section 9.27, <c>pg_current_snapshot</c>). Sequences have none.
    /// </summary>
    public async Task<bool> ShowsTheSameAsAsync(Manifest manifest, CancellationToken cancellationToken) =>
        manifest.Database == Server.Database
        && manifest.Source.TransactionSnapshot == Session.Snapshot.Transactions
        && manifest.Source.SystemIdentifier == await Catalog.ReadSystemIdentifierAsync(cancellationToken);

    /// <summary>What the manifest says of the snapshot's origin.</summary>
    public async Task<BackupSource> DescribeAsync(CancellationToken cancellationToken) =>
        new()
        {
            ServerVersion = Server.Version,
            ServerVersionNumber = Server.VersionNumber,
            SystemIdentifier = await Catalog.ReadSystemIdentifierAsync(cancellationToken),
            Role = Server.Role,
            Isolation = Session.Isolation,
            Snapshot = Name,
            TransactionSnapshot = Session.Snapshot.Transactions,
            Lsn = Session.Snapshot.Lsn,
            InRecovery = Server.InRecovery,
        };

    /// <summary>
    /// Proves that each name meant the table that was locked for as long as rows were read, and that the locks are still
    /// held (the coordinator's connection answers). Renaming a schema needs no lock on its tables, so a worker could have
    /// read another table of the same name.
    /// </summary>
    public async Task EnsureNamesUnchangedAsync(CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT format('%I.%I', name.schema, name.relation)
            FROM unnest($1::text[], $2::text[], $3::oid[]) name (schema, relation, oid)
            WHERE to_regclass(format('%I.%I', name.schema, name.relation))::oid IS DISTINCT FROM name.oid
            """;
        var read = Relations.Where(r => r.HoldsRows && r.Unreadable is null).ToList();
        var moved = await Catalog.QueryAsync(
            sql,
            r => r.GetString(0),
            cancellationToken,
            read.Select(r => r.Name.Schema).ToArray(),
            read.Select(r => r.Name.Name).ToArray(),
            read.Select(r => r.Oid).ToArray()
        );
        var changed = await Session.ChangedSchemasAsync(cancellationToken);
        var touched = changed.Intersect(read.Select(r => r.Name.Schema)).Select(s => $"schema {SqlText.Identifier(s)}");
        var different = moved.Concat(touched).ToList();
        if (different.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                $"renamed or changed while the rows were being read: {string.Join(", ", different)}; the rows read are not used",
                "run it again while no migration is running"
            )
            {
                IsTransient = true,
            };
        }
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
