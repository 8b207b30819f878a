using Npgsql;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Snapshots;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Rollback.Rewind;

/// <summary>Carries out what was found to differ, within the transaction that holds the locks, and proves the outcome.</summary>
internal sealed class RowRewind(
    BackupRepository repository,
    RollbackSituation situation,
    NpgsqlConnection connection,
    OperationProgress progress
)
{
    private readonly string encoding = situation.Contents.Database.Encoding;

    /// <param name="changes">What to do.</param>
    /// <param name="present">The large objects that the changes were found by.</param>
    /// <param name="cancellationToken">Ends it; the caller's transaction must not be committed then.</param>
    /// <returns>What people should know, each as a line.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(
        RewindChanges changes,
        LargeObjectsEntry present,
        CancellationToken cancellationToken
    )
    {
        // First: whoever takes a number from now on waits until the end.
        await SequenceLoad.RunWithinAsync(connection, changes.Sequences, cancellationToken);
        if (changes.Tables.Count > 0)
        {
            await RewindTablesAsync(changes, cancellationToken);
        }

        if (changes.LargeObjects is { } kept)
        {
            await LargeObjectRemoval.RunAsync(connection, present, cancellationToken);
            var load = new LargeObjectLoad(repository.Objects, progress);
            await load.RunAsync(connection, kept, owners: true, cancellationToken);
        }

        await ProveAsync(changes, cancellationToken);
        if (changes.Tables.Count == 0)
        {
            return [];
        }

        var left = await new ViewRefresh(connection, progress).RunAsync(situation.Server.Role, cancellationToken);
        await OwnWrites.RequirePlannedAsync(connection, changes, cancellationToken);
        return left;
    }

    private async Task RewindTablesAsync(RewindChanges changes, CancellationToken cancellationToken)
    {
        var quiet = await QuietTables.BeginAsync(connection, changes.Acting, cancellationToken);
        progress.Begin("taking rows out", changes.Tables.Count);
        // Out of all before any goes in: a key may be held by a row that goes.
        var deletion = new RowDeletion(connection, encoding);
        foreach (var table in changes.Tables)
        {
            var deleted = await deletion.RunAsync(table, cancellationToken);
            RequireSum(table, deleted);
            progress.TableDone();
        }

        progress.Begin("putting rows back", changes.Tables.Count);
        await connection.RunAsync(SessionSettings.Encoding(encoding), cancellationToken);
        foreach (var table in changes.Tables.Where(t => t.Rows.Inserted.Rows > 0))
        {
            var entry = table.Group.Tables[0];
            var target = new CopyTarget(RowLoad.Destination(entry), entry.Columns, entry.Format, encoding);
            await CopyIn.RunAsync(connection, target, table.Rows.CopyRowsAsync, cancellationToken);
            progress.TableDone();
        }

        await connection.RunAsync(SessionSettings.Encoding("UTF8"), cancellationToken);
        await quiet.EndAsync(cancellationToken);
    }

    /// <summary>What was there, less what really went, plus what comes, is what the backup has.</summary>
    private static void RequireSum(ChangedTable table, Receipt deleted)
    {
        if (table.Present + table.Rows.Inserted != table.Group.Receipt + deleted)
        {
            throw new SuretyException(
                ErrorCode.RestoreIncomplete,
                $"{table.Group.Name} would not hold exactly the rows of the backup"
                    + $" ({deleted.Rows} rows were deleted, {table.Rows.Deleted.Rows} were to be)",
                "please report this: it must not happen"
            );
        }
    }

    private async Task ProveAsync(RewindChanges changes, CancellationToken cancellationToken)
    {
        progress.Begin("proving");
        if (situation.Options.Proof == RollbackProof.Reread)
        {
            TableProof.Require(
                connection,
                [.. changes.Tables.SelectMany(t => t.Group.Tables)],
                encoding,
                cancellationToken
            );
        }

        // A database that is whole as the backup has no key that the backup's has not.
        if (situation.Options is { IsLimited: true, AllowDangling: false } && changes.Tables.Count > 0)
        {
            await ForeignKeyProof.RequireAsync(connection, changes.TableNames, cancellationToken);
        }

        if (
            changes.LargeObjects is { } kept
            && TableProof.ReadLargeObjects(connection, cancellationToken) != kept.Receipt
        )
        {
            throw new SuretyException(
                ErrorCode.SchemaChanging,
                "another session wrote large objects during the rollback",
                "run it again while nobody writes large objects"
            )
            {
                IsTransient = true,
            };
        }
    }
}
