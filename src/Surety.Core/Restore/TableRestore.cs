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
    /// <exception cref="SuretyException">
    /// TableNotInBackup, ObjectDamaged, ObjectMissing, PrivilegeMissing, QueryFailed, RestoreIncomplete; the database is
    /// as it was in every case.
    /// </exception>
    public async Task<TableRestoreReport> RunAsync(
        Manifest manifest,
        TableRestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        await using var lease = await repository.Locks.AcquireSharedAsync("restore", cancellationToken);
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        var tables = TableSelection.Find(contents, options.Tables);
        await CheckObjectsAsync(tables, cancellationToken);

        await using var connection = await PostgresConnections.OpenAsync(
            options.Target,
            "surety restore",
            cancellationToken
        );
        var server = await new CatalogReader(connection).ReadServerAsync(cancellationToken);
        ServerSupport.Ensure(server);
        await connection.RunAsync(SessionSettings.Pin(server), cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var restored = await RestoreAsync(manifest, contents, tables, options, connection, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            var elapsed = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3);
            return new TableRestoreReport(options.Target.Database, restored, elapsed);
        }
        catch (SuretyException e) when (!e.Message.EndsWith("nothing was changed", StringComparison.Ordinal))
        {
            throw new SuretyException(e.Code, $"{e.Message}; nothing was changed", e.Hint, e)
            {
                IsTransient = e.IsTransient,
            };
        }
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
        var existing = tables.Where(t => present.Contains(NameOf(t))).ToList();
        var gone = tables.Except(existing).ToList();
        var rows = new RowLoad(repository.Objects, contents.Database.Encoding, progress);
        progress.Begin("loading rows", tables.Count, tables.Sum(t => t.RawBytes));

        var creation = new TableCreation(archive, rows, contents, options.NoOwner);
        var restored = new List<RestoredTable>();
        restored.AddRange(await creation.RunAsync(connection, gone, cancellationToken));
        if (options.Replace)
        {
            var replacement = new TableReplacement(rows, contents.Database.Encoding);
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

    private static QualifiedName NameOf(TableEntry table) => new(table.Schema, table.Name);
}
