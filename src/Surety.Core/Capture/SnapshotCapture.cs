using System.Reflection;
using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Scan;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Journal;
using Surety.Repository.Locks;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;

namespace Surety.Core.Capture;

/// <summary>
/// Takes a backup: locks, one snapshot, schema and rows read within it, everything durable, and only then the manifest.
/// </summary>
public sealed class SnapshotCapture(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    private const int Attempts = 3;

    /// <summary>Takes one backup. A failure or a kill at any point leaves no backup and harms no other.</summary>
    /// <exception cref="SuretyException">
    /// What opening the database throws; PoolerDetected, ServerTooOld, ToolMissing; LockTimeout or SchemaChanging where
    /// other sessions kept changing tables; DiskFull, RepositoryUnwritable or RepositoryLocked.
    /// </exception>
    public async Task<Manifest> RunAsync(CaptureOptions options, CancellationToken cancellationToken)
    {
        var startedAt = clock.GetUtcNow();
        progress.Begin("connecting");
        tools.LookAhead();
        await PoolerDetection.EnsureSessionAsync(options.Source, cancellationToken);
        return await repository.Locks.HoldSharedAsync(
            "backup",
            (lease, token) => CaptureLockedAsync(options, startedAt, lease, token),
            cancellationToken
        );
    }

    /// <summary>
    /// Takes one backup from a snapshot that was taken before, and leaves that open. There is no second attempt where
    /// somebody changes the schema meanwhile: only who took the snapshot can take another.
    /// </summary>
    internal Task<Manifest> RunAsync(
        LockedSnapshot snapshot,
        CaptureOptions options,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetUtcNow();
        return repository.Locks.HoldSharedAsync(
            "backup",
            async (lease, token) =>
            {
                await TrustEarlierBackupsAsync(options.Source, token);
                return await CaptureAsync(snapshot, options, startedAt, lease, token);
            },
            cancellationToken
        );
    }

    private async Task<Manifest> CaptureLockedAsync(
        CaptureOptions options,
        DateTimeOffset startedAt,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        await TrustEarlierBackupsAsync(options.Source, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CaptureUnlessRenamedAsync(options, startedAt, lease, cancellationToken);
            }
            catch (SuretyException e)
                when (e is { Code: ErrorCode.SchemaChanging, IsTransient: true } && attempt < Attempts)
            {
                progress.Note($"starting again: {e.Message}");
            }
        }
    }

    /// <summary>A name that is gone although its table is locked: the schema was renamed, which needs no lock.</summary>
    private async Task<Manifest> CaptureUnlessRenamedAsync(
        CaptureOptions options,
        DateTimeOffset startedAt,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var snapshot = await LockedSnapshot.TakeAsync(
                options.Source,
                options.Snapshot,
                progress,
                cancellationToken
            );
            return await CaptureAsync(snapshot, options, startedAt, lease, cancellationToken);
        }
        catch (SuretyException e)
            when (ServerErrors.SqlStateOf(e)
                    is PostgresErrorCodes.InvalidSchemaName
                        or PostgresErrorCodes.UndefinedTable
            )
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                $"a schema was renamed while it was being read: {e.Message}; the rows read are not used",
                "run it again while no migration is running",
                e
            )
            {
                IsTransient = true,
            };
        }
    }

    private async Task<Manifest> CaptureAsync(
        LockedSnapshot snapshot,
        CaptureOptions options,
        DateTimeOffset startedAt,
        RepositoryLock lease,
        CancellationToken cancellationToken
    )
    {
        var tally = new StoredTally();
        var client = await tools.ClientForAsync(snapshot.Server.Major, cancellationToken);
        var inventory = await SnapshotInventory.ReadAsync(snapshot, options.Snapshot.Schemas, cancellationToken);
        var (schema, tables) = await ReadSchemaAndRowsAsync(
            options,
            snapshot,
            inventory,
            client,
            tally,
            cancellationToken
        );
        await snapshot.EnsureNamesUnchangedAsync(cancellationToken);

        progress.Begin("making it durable");
        var contents = inventory.ToContents(schema, tables);
        var source = await snapshot.DescribeAsync(cancellationToken);
        var storedContents = await repository.Manifests.StoreContentsAsync(contents, cancellationToken);
        tally.Add(storedContents.Objects);
        // Passed here so that the backup's duration includes it; the commit passes it again, with nothing left to do.
        await repository.Objects.FlushAsync(cancellationToken);
        var finishedAt = clock.GetUtcNow();
        var manifest = new Manifest
        {
            Id = BackupId.New(startedAt),
            Database = snapshot.Server.Database,
            Description = options.Description,
            Tags = options.Tags,
            StartedAt = startedAt,
            CreatedAt = snapshot.TakenAt,
            FinishedAt = finishedAt,
            Source = source,
            Figures = Figures(contents, tally, finishedAt - startedAt),
            Scope = contents.Schema.Scope,
            Incomplete = inventory.Incomplete,
            SuretyVersion = ProductVersion,
            Contents = storedContents.Stream,
        };
        await repository.Manifests.CommitAsync(manifest, lease, cancellationToken);
        await RecordAsync(manifest);
        return manifest;
    }

    /// <summary>Not to be cancelled: the backup exists, and a record of it tells if its manifest is ever lost.</summary>
    private async Task RecordAsync(Manifest manifest)
    {
        var entry = new JournalEntry(JournalRecord.BackupOperation, manifest.StartedAt)
        {
            Backup = manifest.Id,
            Database = manifest.Database,
            Role = manifest.Source.Role,
        };
        entry.Measure("rows", manifest.Figures.Rows);
        entry.Measure("rawBytes", manifest.Figures.RawBytes);
        entry.Measure("newBytes", manifest.Figures.NewBytes);
        var outcome = manifest.Incomplete.Count == 0 ? JournalRecord.Done : JournalRecord.Incomplete;
        try
        {
            await repository.Journal.AppendAsync(
                entry,
                new JournalEnd(manifest.FinishedAt, outcome),
                CancellationToken.None
            );
        }
        catch (SuretyException e)
        {
            throw new SuretyException(
                e.Code,
                $"backup {manifest.Id} is complete and durable, but the journal has no record of it: {e.Message}",
                e.Hint,
                e
            );
        }
    }

    private static string ProductVersion =>
        typeof(SnapshotCapture)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;

    /// <summary>
    /// Objects that committed manifests name were durable before those were written: they need no second look. Whatever
    /// else lies in the repository, a killed run may have left torn.
    /// </summary>
    private async Task TrustEarlierBackupsAsync(ConnectionTarget source, CancellationToken cancellationToken)
    {
        var backups = await repository.Manifests.ListAsync(cancellationToken);
        var earlier = backups.Where(m => m.Database == source.Database);
        foreach (var manifest in await TrustedBackups.ChooseAsync(repository, earlier, cancellationToken))
        {
            try
            {
                var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
                repository.Objects.Trust(NamedObjects.Of(manifest, contents));
            }
            catch (SuretyException e) when (e.Code is ErrorCode.ObjectDamaged or ErrorCode.ObjectMissing)
            {
                // Not this backup's concern, and verify names it: what cannot be trusted is read again, or written anew.
                continue;
            }
        }
    }

    private static BackupFigures Figures(BackupContents contents, StoredTally tally, TimeSpan duration) =>
        new()
        {
            Tables = contents.Tables.Count,
            Rows = contents.Tables.Sum(t => t.Receipt.Rows),
            RawBytes = tally.RawBytes,
            StoredBytes = tally.StoredBytes,
            NewBytes = tally.NewBytes,
            Objects = tally.Objects,
            NewObjects = tally.NewObjects,
            DurationSeconds = Math.Round(duration.TotalSeconds, 3),
        };

    private async Task<(SchemaEntry Schema, IReadOnlyList<ScannedTable<ChunkingSink>> Tables)> ReadSchemaAndRowsAsync(
        CaptureOptions options,
        LockedSnapshot snapshot,
        SnapshotInventory inventory,
        PostgresTools client,
        StoredTally tally,
        CancellationToken cancellationToken
    )
    {
        // The first of the two that fails ends the other.
        using var failing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var scan = new ParallelScan<ChunkingSink>(
            snapshot,
            snapshot.Server.Encoding,
            options.Jobs,
            progress,
            table => new ChunkingSink(ChunkBounds.For(table), repository.Objects, tally, failing.Token)
        );
        var schema = new SchemaCapture(client, repository.Objects).TakeAsync(
            snapshot,
            options.Snapshot.Schemas,
            inventory.AllSequences,
            failing.Token
        );
        var rows = scan.RunAsync(inventory.ScanTables, failing.Token);
        var first = await Task.WhenAny(schema, rows);
        if (!first.IsCompletedSuccessfully)
        {
            await failing.CancelAsync();
            await Task.WhenAll(schema, rows).ContinueWith(_ => { }, TaskScheduler.Default);
            await first;
        }

        var taken = await schema;
        tally.Add(taken.Stored);
        return (taken.Entry, await rows);
    }
}
