using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>Whether a database that went up and down again is what the backup holds: by receipts, and the schema by meaning.</summary>
internal sealed class ReturnProof(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    public async Task<ReturnReport> RunAsync(
        Manifest manifest,
        BackupContents contents,
        ConnectionTarget database,
        RehearsalOptions options,
        bool owners,
        CancellationToken cancellationToken
    )
    {
        var validation = await new DatabaseValidation(repository, tools, progress) { Owners = owners }.RunAsync(
            manifest,
            database,
            options.Jobs,
            cancellationToken
        );
        var rows = options.SchemaOnly ? [] : Rows(validation.Rows);
        return new ReturnReport(
            [.. validation.Schema.Differences.Select(d => $"{d.Definition} {d.Change}".ToLowerInvariant())],
            [.. rows],
            !options.SchemaOnly,
            validation.Schema.Doubt
        );
    }

    private static IEnumerable<string> Rows(RowComparisonReport report)
    {
        foreach (var table in report.Tables.Where(t => t.Status != ComparisonStatus.Exact))
        {
            yield return table.Status switch
            {
                ComparisonStatus.Missing => $"{table.Name} is missing, with {table.BackupRows} rows",
                ComparisonStatus.Extra => $"{table.Name} was not there before",
                _ => $"{table.Name}: {table.Reason}",
            };
        }

        foreach (var sequence in report.Sequences.Where(s => s.Status != ComparisonStatus.Exact))
        {
            yield return $"sequence {sequence.Name} has another state";
        }

        if (report.LargeObjects is { Status: not ComparisonStatus.Exact } objects)
        {
            yield return $"large objects: {objects.Reason}";
        }
    }
}
