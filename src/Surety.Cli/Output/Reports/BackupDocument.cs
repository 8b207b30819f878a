using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>backup --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record BackupDocument(
    string Id,
    string Database,
    string? Description,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    string Isolation,
    string Snapshot,
    string Lsn,
    string ServerVersion,
    int Tables,
    long Rows,
    long RawBytes,
    long StoredBytes,
    long NewBytes,
    int Objects,
    int NewObjects,
    double DurationSeconds,
    IReadOnlyList<IncompleteItem> Incomplete
)
{
    public static BackupDocument Of(Manifest manifest) =>
        new(
            manifest.Id.ToString(),
            manifest.Database,
            manifest.Description,
            manifest.StartedAt,
            manifest.FinishedAt,
            manifest.Source.Isolation,
            manifest.Source.Snapshot,
            manifest.Source.Lsn,
            manifest.Source.ServerVersion,
            manifest.Figures.Tables,
            manifest.Figures.Rows,
            manifest.Figures.RawBytes,
            manifest.Figures.StoredBytes,
            manifest.Figures.NewBytes,
            manifest.Figures.Objects,
            manifest.Figures.NewObjects,
            manifest.Figures.DurationSeconds,
            manifest.Incomplete
        );
}
