using Surety.Core.Migrations.Live;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>check --db</c> tells of the database, in JSON. Part of the command-line contract: add, never change.</summary>
internal sealed record LiveDocument(string Database, string ServerVersion, LiveBackupDocument Backup)
{
    public static LiveDocument Of(LiveFacts live) =>
        new(live.Database, live.ServerVersion, LiveBackupDocument.Of(live.Backup));
}

/// <param name="Id">The newest proven backup, else the newest; null where there is none.</param>
/// <param name="Proof"><c>never</c>, <c>verified</c> or <c>drilled</c>.</param>
/// <param name="Missing">What is not as it should be, or null.</param>
/// <param name="Remedy">The command that would give it, or null.</param>
internal sealed record LiveBackupDocument(
    string? Id,
    DateTimeOffset? CreatedAt,
    double? AgeSeconds,
    string Proof,
    DateTimeOffset? ProvenAt,
    double? RestoreSeconds,
    string? Missing,
    string? Remedy
)
{
    public static LiveBackupDocument Of(BackupStanding standing) =>
        new(
            standing.Backup?.Id.ToString(),
            standing.Backup?.CreatedAt,
            standing.Age is { } age ? Math.Round(age.TotalSeconds, 3) : null,
            standing.Proof.ToString().ToLowerInvariant(),
            standing.ProvenAt,
            standing.RestoreSeconds,
            standing.Missing,
            standing.Remedy
        );
}

/// <param name="Kind">As PostgreSQL calls it; null where it is not there.</param>
/// <param name="RowsEstimate">Of the statistics; null where there are none.</param>
/// <param name="Dependents">How many depend on it directly.</param>
/// <param name="DependentNames">The first of them.</param>
internal sealed record LiveObjectDocument(
    string Name,
    string? Kind,
    bool Exists,
    long? SizeBytes,
    long? RowsEstimate,
    int Dependents,
    IReadOnlyList<string> DependentNames
)
{
    public static LiveObjectDocument Of(LiveObject found) =>
        new(found.Name, found.Kind, found.Exists, found.SizeBytes, found.Rows, found.Dependents, found.DependentNames);
}
