using System.Diagnostics;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Catalog;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;

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
        repository.Locks.HoldSharedAsync(
            "restore",
            (_, token) => RunLockedAsync(manifest, options, token),
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
        await CheckObjectsAsync(manifest, contents, options.Jobs, cancellationToken);
        var abandoned = await AbandonedCopies.FindAsync(target.Connection, cancellationToken);
        var created = await RoleCheck.EnsureAsync(target.Connection, contents, options, cancellationToken);
        try
        {
            progress.Begin("creating the database");
            await target.CreateAsync(contents.Database, cancellationToken);
            var incomplete = manifest.Incomplete.Count > 0;
            var filling = new DatabaseFilling(repository.Objects, contents, options, target, progress);
            var warnings = await filling.RunAsync(client, incomplete, cancellationToken);
            var proven = Stopwatch.GetTimestamp();
            var derived = await ProveAsync(contents, target.Working, options.Jobs, cancellationToken);
            var proof = Stopwatch.GetElapsedTime(proven);
            progress.Begin("gathering statistics");
            var statistics = await StatisticsGathering.RunAsync(target.Working, cancellationToken);
            await target.CompleteAsync(contents.Database, !options.NoOwner, cancellationToken);
            return new RestoreReport
            {
                Database = options.Target.Database,
                Tables = contents.Tables.Count,
                Rows = contents.Tables.Sum(t => t.Receipt.Rows),
                RawBytes = contents.Tables.Sum(t => t.RawBytes),
                DurationSeconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
                ProofSeconds = Math.Round(proof.TotalSeconds, 3),
                CreatedRoles = created,
                Warnings = [.. warnings, .. derived, .. statistics, .. abandoned],
            };
        }
        catch (SuretyException e)
        {
            var hint = e.Hint ?? OlderServerHint(manifest, target.Server);
            throw new SuretyException(e.Code, $"{e.Message}; {target.Leftover}", hint, e)
            {
                IsTransient = e.IsTransient,
            };
        }
    }

    /// <summary>Reads every stored byte first: damage is found before anything is created.</summary>
    private async Task CheckObjectsAsync(
        Manifest manifest,
        BackupContents contents,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        progress.Begin("checking the backup", totalBytes: manifest.Figures.StoredBytes);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            NamedObjects.Of(manifest, contents).Distinct(),
            options,
            async (id, token) => progress.Add(0, await repository.Objects.CheckStoredAsync(id, token))
        );
    }

    /// <summary>
    /// Compares every row with its receipt. Only generated columns may differ, and are returned: they are computed anew,
    /// and the functions behind them can have changed since the rows were written.
    /// </summary>
    private async Task<IEnumerable<string>> ProveAsync(
        BackupContents contents,
        ConnectionTarget working,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var report = await RowComparison.RunAsync(contents, working, jobs, progress, cancellationToken);
        if (report.LargeObjects is { SameContent: false } objects)
        {
            throw NotEqual($"the large objects ({objects.Reason})");
        }

        var different = report
            .Tables.Where(t => t.Status is not (ComparisonStatus.Exact or ComparisonStatus.Extra))
            .ToLookup(t => t.OnlyGenerated);
        var wrong = different[false].ToList();
        if (wrong.Count > 0)
        {
            throw NotEqual(
                $"{wrong.Count} tables: {string.Join(", ", wrong.Take(10).Select(t => $"{t.Name} ({t.Reason})"))}"
            );
        }

        return different[true].Select(t => $"{t.Name}: {t.Reason}, computed anew by its present definition");
    }

    private static SuretyException NotEqual(string what) =>
        new(
            ErrorCode.RestoreIncomplete,
            $"the restored database is not equal to the backup in {what}",
            "please report this: it must not happen"
        );

    private static string? OlderServerHint(Manifest manifest, ServerInfo server)
    {
        var major = manifest.Source.ServerMajor;
        return major > server.Major
            ? $"the backup comes from PostgreSQL {major} and may use what {server.Major} does not have: restore it into {major} or newer"
            : null;
    }
}
