using System.Diagnostics;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Restore;

/// <summary>
/// Makes a database from a backup: checked, created under a working name, filled, proven by receipts, and named last.
/// </summary>
public sealed class DatabaseRestore(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    /// <exception cref="SuretyException">
    /// Before anything is changed: ObjectDamaged or ObjectMissing, TargetNotEmpty, RolesMissing, ToolMissing, whatever
    /// connecting throws. Later: ToolFailed, QueryFailed, RestoreIncomplete; the working database is dropped then.
    /// </exception>
    public Task<RestoreReport> RunAsync(
        Manifest manifest,
        RestoreOptions options,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "restore",
            token => RunLockedAsync(manifest, options, token),
            cancellationToken
        );

    private async Task<RestoreReport> RunLockedAsync(
        Manifest manifest,
        RestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        await using var target = await RestoreTarget.PrepareAsync(options.Target, cancellationToken);
        var client = await tools.ClientForArchiveAsync(contents.Schema.PgDumpMajor, cancellationToken);
        var copy = new DatabaseCopy(repository, client, manifest, contents, progress);
        if (!options.SchemaOnly)
        {
            await copy.CheckObjectsAsync(options.Jobs, cancellationToken);
        }

        var abandoned = await AbandonedCopies.FindAsync(target.Connection, cancellationToken);
        var created = await RoleCheck.EnsureAsync(target.Connection, contents, options, cancellationToken);
        try
        {
            progress.Begin("creating the database");
            await target.CreateAsync(contents.Database, cancellationToken);
            var filled = await copy.RunAsync(
                target.Connection,
                target.Server,
                options with
                {
                    Target = target.Working,
                },
                cancellationToken
            );
            await target.CompleteAsync(contents.Database, !options.NoOwner, cancellationToken);
            return new RestoreReport
            {
                Database = options.Target.Database,
                Tables = contents.Tables.Count,
                Rows = contents.Tables.Sum(t => t.Receipt.Rows),
                RawBytes = contents.Tables.Sum(t => t.RawBytes),
                DurationSeconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
                ProofSeconds = filled.ProofSeconds,
                CreatedRoles = created,
                Warnings = [.. filled.Warnings, .. abandoned],
            };
        }
        catch (SuretyException e)
        {
            throw e.With(target.Leftover);
        }
    }
}
