using System.Diagnostics;
using Npgsql;
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

/// <summary>What came of a copy.</summary>
/// <param name="ProofSeconds">How long it took to read every row again and compare it with the backup.</param>
/// <param name="Warnings">What could not be restored, each as a line for people.</param>
internal sealed record CopyReport(double ProofSeconds, IReadOnlyList<string> Warnings);

/// <summary>
/// Makes an empty database equal to a backup, and proves it: what a restore and a swap have in common. What becomes of
/// that database is the caller's.
/// </summary>
internal sealed class DatabaseCopy(
    BackupRepository repository,
    PostgresTools client,
    Manifest manifest,
    BackupContents contents,
    OperationProgress progress
)
{
    /// <summary>Reads every stored byte first: damage is found before anything is created.</summary>
    /// <exception cref="SuretyException">ObjectDamaged, ObjectMissing.</exception>
    public async Task CheckObjectsAsync(int jobs, CancellationToken cancellationToken)
    {
        progress.Begin("checking the backup", totalBytes: manifest.Figures.StoredBytes);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            NamedObjects.Of(manifest, contents).Distinct(),
            options,
            async (id, token) => progress.Add(0, await repository.Objects.CheckStoredAsync(id, token))
        );
    }

    /// <summary>Fills the database, proves every row, and gathers statistics.</summary>
    /// <param name="server">A connection outside the database.</param>
    /// <param name="info">What is known of the server.</param>
    /// <param name="options">Where to, and how.</param>
    /// <param name="cancellationToken">Ends it; the database is then worth nothing.</param>
    /// <exception cref="SuretyException">ToolFailed, QueryFailed, RestoreIncomplete.</exception>
    public async Task<CopyReport> RunAsync(
        NpgsqlConnection server,
        ServerInfo info,
        RestoreOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var filling = new DatabaseFilling(repository.Objects, contents, options, progress);
            var warnings = await filling.RunAsync(
                client,
                server,
                info,
                incomplete: manifest.Incomplete.Count > 0,
                cancellationToken
            );
            var proven = Stopwatch.GetTimestamp();
            var derived = options.SchemaOnly ? [] : await ProveAsync(options.Target, options.Jobs, cancellationToken);
            var proof = Stopwatch.GetElapsedTime(proven);
            progress.Begin("gathering statistics");
            var statistics = await StatisticsGathering.RunAsync(options.Target, cancellationToken);
            return new CopyReport(Math.Round(proof.TotalSeconds, 3), [.. warnings, .. derived, .. statistics]);
        }
        catch (SuretyException e) when (e.Hint is null && OlderServerHint(info) is { } hint)
        {
            throw new SuretyException(e.Code, e.Message, hint, e) { IsTransient = e.IsTransient };
        }
    }

    /// <summary>
    /// Compares every row with its receipt. Only generated columns may differ, and are returned: they are computed anew,
    /// and the functions behind them can have changed since the rows were written.
    /// </summary>
    private async Task<IEnumerable<string>> ProveAsync(
        ConnectionTarget copy,
        int jobs,
        CancellationToken cancellationToken
    )
    {
        var report = await RowComparison.RunAsync(contents, copy, jobs, progress, cancellationToken);
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

    private string? OlderServerHint(ServerInfo server)
    {
        var major = manifest.Source.ServerMajor;
        return major > server.Major
            ? $"the backup comes from PostgreSQL {major} and may use what {server.Major} does not have: restore it into {major} or newer"
            : null;
    }
}
