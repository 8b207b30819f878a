namespace Surety.Server.Health.Metrics;

/// <summary>One figure of a database.</summary>
/// <param name="Name">With its unit at the end.</param>
/// <param name="Unit">As UCUM has it: <c>s</c>, <c>By</c>; null for a number.</param>
/// <param name="Help">What it is.</param>
/// <param name="Of">The figure; null where it is not known.</param>
internal sealed record DatabaseGauge(string Name, string? Unit, string Help, Func<DatabaseHealth, double?> Of);

/// <summary>What is measured of each database.</summary>
internal static class DatabaseGauges
{
    private const string Seconds = "s";
    private const string Bytes = "By";

    public static IReadOnlyList<DatabaseGauge> All { get; } =
    [
        new("surety_database_healthy", null, "1 where nothing is wrong, else 0", h => h.IsWell ? 1 : 0),
        new("surety_repository_reachable", null, "1 where the repository was read", h => h.Unreachable is null ? 1 : 0),
        new("surety_backup_age_seconds", Seconds, "Age of the newest backup", h => h.Age?.TotalSeconds),
        new(
            "surety_backup_proven_age_seconds",
            Seconds,
            "Age of the newest backup that is proven: what would be lost now",
            h => h.ProvenAge?.TotalSeconds
        ),
        new("surety_rpo_target_seconds", Seconds, "How old it may be", h => h.Targets.Rpo?.TotalSeconds),
        new("surety_restore_seconds", Seconds, "How long the newest drill took to restore", h => h.RestoreSeconds),
        new("surety_rto_target_seconds", Seconds, "How long it may take", h => h.Targets.RestoreTarget.TotalSeconds),
        new(
            "surety_backup_success_ratio_30d",
            null,
            "Share of the backups of 30 days that succeeded; the goal is 0.999",
            h => h.Success.Ratio
        ),
        new(
            "surety_backup_last_success_timestamp_seconds",
            Seconds,
            "When the last backup succeeded, in Unix time",
            h => h.Backups.LastSuccess?.EndedAt.ToUnixTimeSeconds() ?? h.Newest?.FinishedAt.ToUnixTimeSeconds()
        ),
        new("surety_backup_failures_in_row", null, "Failures since then", h => h.Backups.FailuresInRow),
        new("surety_backups", null, "How many backups there are", h => Known(h, h.Storage.Backups)),
        new("surety_backup_rows", null, "Rows of the newest backup", h => h.Newest?.Figures.Rows),
        new("surety_backup_raw_bytes", Bytes, "Plain bytes of the newest backup", h => h.Newest?.Figures.RawBytes),
        new("surety_backup_stored_bytes", Bytes, "What it takes by itself", h => h.Newest?.Figures.StoredBytes),
        new("surety_backups_raw_bytes", Bytes, "Plain bytes of all backups", h => Known(h, h.Storage.HeldBytes)),
        new(
            "surety_backups_stored_bytes",
            Bytes,
            "What all backups take in the repository, as last counted",
            h => h.Storage.StoredBytes
        ),
        new("surety_storage_ratio", null, "How many times the data all backups take", h => h.Storage.Ratio),
    ];

    private static double? Known(DatabaseHealth health, double value) => health.Unreachable is null ? value : null;
}
