using System.Diagnostics;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// Brings single tables back into an existing database: created where they are gone, beside an existing table, or in
/// place of its rows. All of it is one transaction, proven by receipts before it commits.
/// </summary>
public sealed class TableRestore(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    /// <summary>Finds out what <see cref="RunAsync"/> would do, and changes nothing.</summary>
    /// <exception cref="SuretyException">TableNotInBackup, InvalidArgument, PrivilegeMissing, whatever connecting throws.</exception>
    public async Task<TableRestorePlan> PlanAsync(
        Manifest manifest,
        TableRestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var tables = TableSelection.Find(contents, options.Tables);
        await using var connection = await OpenAsync(options.Target, cancellationToken);
        var present = await ExistingAsync(connection, tables, cancellationToken);
        var planned = new List<PlannedTable>();
        foreach (var table in tables)
        {
            var exists = present.Contains(QualifiedName.Of(table));
            var outcome = (exists, options.Replace) switch
            {
                (false, _) => "created",
                (true, false) => "beside",
                (true, true) => "replaced",
            };
            long? rows = outcome == "replaced" ? await CountAsync(connection, table, cancellationToken) : null;
            planned.Add(new PlannedTable($"{QualifiedName.Of(table)}", outcome, rows, table.Receipt.Rows));
        }

        return new TableRestorePlan(options.Target.Database, planned);
    }

    /// <exception cref="SuretyException">
    /// TableNotInBackup, InvalidArgument, ObjectDamaged, ObjectMissing, PrivilegeMissing, QueryFailed, ToolMissing,
    /// RestoreIncomplete; ConfirmationNeeded where something would happen beside the restore. The database is as it was
    /// in every case.
    /// </exception>
    public Task<TableRestoreReport> RunAsync(
        Manifest manifest,
        TableRestoreOptions options,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "restore",
            token => RunLockedAsync(manifest, options, token),
            cancellationToken
        );

    private async Task<TableRestoreReport> RunLockedAsync(
        Manifest manifest,
        TableRestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var tables = TableSelection.Find(contents, options.Tables);
        await CheckObjectsAsync(tables, cancellationToken);
        await using var connection = await OpenAsync(options.Target, cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var restored = await RestoreAsync(manifest, contents, tables, options, connection, cancellationToken);
            await FinalCommit.RunAsync(
                connection,
                "whether the tables were restored is not known",
                "compare the database with the backup: surety validate",
                cancellationToken
            );
            var elapsed = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3);
            return new TableRestoreReport(options.Target.Database, restored, elapsed);
        }
        catch (SuretyException e) when (!SaysWhatChanged(e))
        {
            throw e.With("nothing was changed");
        }
    }

    private static bool SaysWhatChanged(SuretyException e) =>
        FinalCommit.IsInDoubt(e) || e.Message.EndsWith("nothing was changed", StringComparison.Ordinal);

    private static async Task<NpgsqlConnection> OpenAsync(ConnectionTarget target, CancellationToken cancellationToken)
    {
        var connection = await PostgresConnections.OpenAsync(target, "surety restore", cancellationToken);
        try
        {
            var server = await new CatalogReader(connection).ReadServerAsync(cancellationToken);
            ServerSupport.Ensure(server);
            await connection.RunAsync(SessionSettings.Pin(server), cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<long> CountAsync(
        NpgsqlConnection connection,
        TableEntry table,
        CancellationToken cancellationToken
    )
    {
        var sql = $"SELECT count(*) FROM ONLY {QualifiedName.Of(table).Sql} {table.Condition}";
        return (await connection.QueryAsync(sql, r => r.GetInt64(0), cancellationToken))[0];
    }

    private async Task CheckObjectsAsync(IReadOnlyList<TableEntry> tables, CancellationToken cancellationToken)
    {
        var chunks = tables.SelectMany(t => t.Chunks).ToList();
        progress.Begin("checking the backup", totalBytes: chunks.Sum(c => (long)c.RawBytes));
        foreach (var chunk in chunks)
        {
            await repository.Objects.CheckStoredAsync(chunk.Object, cancellationToken);
            progress.Add(chunk.Rows, chunk.RawBytes);
        }
    }

    private async Task<IReadOnlyList<RestoredTable>> RestoreAsync(
        Manifest manifest,
        BackupContents contents,
        IReadOnlyList<TableEntry> tables,
        TableRestoreOptions options,
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var client = await tools.ClientForArchiveAsync(contents.Schema.PgDumpMajor, cancellationToken);
        using var archive = await SchemaLoad.OpenAsync(client, repository.Objects, contents.Schema, cancellationToken);
        var present = await ExistingAsync(connection, tables, cancellationToken);
        var existing = tables.Where(t => present.Contains(QualifiedName.Of(t))).ToList();
        var gone = tables.Except(existing).ToList();
        var rows = new RowLoad(repository.Objects, contents.Database.Encoding, progress);
        progress.Begin("loading rows", tables.Count, tables.Sum(t => t.RawBytes));

        var creation = new TableCreation(archive, rows, contents, options.NoOwner);
        var restored = new List<RestoredTable>();
        restored.AddRange(await creation.RunAsync(connection, gone, cancellationToken));
        if (options.Replace)
        {
            var replacement = new TableReplacement(rows, contents);
            restored.AddRange(await replacement.RunAsync(connection, existing, cancellationToken));
        }
        else
        {
            restored.AddRange(await creation.BesideAsync(connection, existing, manifest.Id, cancellationToken));
        }

        return restored;
    }

    private static async Task<HashSet<QualifiedName>> ExistingAsync(
        NpgsqlConnection connection,
        IReadOnlyList<TableEntry> tables,
        CancellationToken cancellationToken
    )
    {
        const string sql = """
            SELECT n.nspname::text, c.relname::text
            FROM unnest($1::text[], $2::text[]) wanted (schema, name)
            JOIN pg_namespace n ON n.nspname = wanted.schema
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
            """;
        var found = await connection.QueryAsync(
            sql,
            r => new QualifiedName(r.GetString(0), r.GetString(1)),
            cancellationToken,
            tables.Select(t => t.Schema).ToArray(),
            tables.Select(t => t.Name).ToArray()
        );
        return found.ToHashSet();
    }
}
