using Surety.Core.Migrations.Files;
using Surety.Core.Postgres;

namespace Surety.Core.Migrations.Runs;

/// <summary>How it stands with one migration.</summary>
/// <param name="State">
/// <c>pending</c>, <c>done</c>, <c>baseline</c>, <c>started</c> (and not ended), <c>changed</c> (its file, since it ran), or
/// <c>missing</c> (its file).
/// </param>
/// <param name="HasDown">True where a file takes it back.</param>
public sealed record MigrationStanding(
    string? Version,
    string Name,
    string File,
    string State,
    bool HasDown,
    string? Checksum,
    string? RecordedChecksum,
    string? Risk,
    string? Backup,
    string? ApprovedBy,
    string? RunBy,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    string? Error
);

/// <summary>Which migrations of a folder ran on a database. Reading it changes nothing and needs no repository.</summary>
public sealed record MigrationStatus(
    string Database,
    IReadOnlyList<MigrationStanding> Migrations,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>True where nothing keeps the pending ones from being run.</summary>
    public bool IsSound => Migrations.All(m => m.State is not ("started" or "changed"));

    public static async Task<MigrationStatus> ReadAsync(
        string path,
        string shown,
        ConnectionTarget target,
        CancellationToken cancellationToken
    )
    {
        var folder = await MigrationFolder.ReadAsync(path, shown, cancellationToken);
        await using var connection = await PostgresConnections.OpenAsync(target, "surety migrate", cancellationToken);
        var history = await new MigrationHistory(connection).ReadAsync(cancellationToken);
        var versioned = folder.Versioned.Select(m => Of(m, history.LastOrDefault(row => row.Version == m.Version)));
        var repeatable = folder.Repeatable.Select(m =>
            Of(m, history.LastOrDefault(row => row.Version is null && row.Name == m.Name))
        );
        return new MigrationStatus(
            target.Database,
            [.. versioned.Concat(HistoryCheck.Missing(folder, history).Select(Missing)).OrderBy(Order), .. repeatable],
            [.. HistoryCheck.Warnings(folder, history)]
        );
    }

    private static MigrationVersion Order(MigrationStanding standing) =>
        MigrationVersion.TryParse(standing.Version!)!.Value;

    private static MigrationStanding Of(Migration migration, RecordedMigration? row) =>
        row is null
            ? new MigrationStanding(
                migration.Version?.ToString(),
                migration.Name,
                migration.Up.File,
                "pending",
                migration.Down is not null,
                migration.Checksum,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null
            )
            : Ran(row) with
            {
                State = StateOf(migration, row),
                HasDown = migration.Down is not null,
                Checksum = migration.Checksum,
            };

    private static string StateOf(Migration migration, RecordedMigration row) =>
        row.State == MigrationState.Started || migration.Checksum == row.Checksum ? MigrationHistory.WordOf(row.State)
        // One that is repeatable runs again for that.
        : migration.Version is null ? "pending"
        : "changed";

    private static MigrationStanding Missing(RecordedMigration row) =>
        row.State == MigrationState.Started ? Ran(row) : Ran(row) with { State = "missing" };

    private static MigrationStanding Ran(RecordedMigration row) =>
        new(
            row.Version?.ToString(),
            row.Name,
            row.File,
            MigrationHistory.WordOf(row.State),
            false,
            null,
            row.Checksum,
            row.Risk,
            row.Backup,
            row.ApprovedBy,
            row.RunBy,
            row.StartedAt,
            row.FinishedAt,
            row.Error
        );
}
