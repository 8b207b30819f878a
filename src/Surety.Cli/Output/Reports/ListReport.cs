using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>A backup and what the repository knows of it besides.</summary>
/// <param name="Manifest">The backup.</param>
/// <param name="Pinned">True where retention never forgets it.</param>
/// <param name="VerifiedAt">When its objects were last read and found right, or null.</param>
/// <param name="DrilledAt">When it was last restored and validated, or null.</param>
internal sealed record ListedBackup(
    Manifest Manifest,
    bool Pinned = false,
    DateTimeOffset? VerifiedAt = null,
    DateTimeOffset? DrilledAt = null
);

/// <summary>What <c>surety list</c> prints: the backups, newest first.</summary>
internal static class ListReport
{
    /// <param name="backups">In any order.</param>
    /// <param name="damaged">Backups whose manifest cannot be read: one that is silently not listed would be missed too late.</param>
    public static CommandResult Of(IEnumerable<ListedBackup> backups, IReadOnlyList<DamagedManifest> damaged)
    {
        var newestFirst = backups
            .OrderByDescending(backup => backup.Manifest.CreatedAt)
            .ThenByDescending(backup => backup.Manifest.Id)
            .ToList();
        return CommandResult.Of(
            new ListDocument([.. newestFirst.Select(Entry)], [.. damaged.Select(DamagedEntry)]),
            Documents.Json.ListDocument,
            (newestFirst.Count == 0 ? "no backups\n" : Text(newestFirst)) + DamagedText(damaged),
            damaged.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );
    }

    private static string DamagedText(IReadOnlyList<DamagedManifest> damaged) =>
        damaged.Count == 0
            ? ""
            : $"\nDAMAGED: {Units.Count(damaged.Count, "backup")} cannot be read\n"
                + string.Concat(damaged.Select(manifest => $"  {manifest.Backup}: {manifest.Reason}\n"));

    private static ListDocumentDamage DamagedEntry(DamagedManifest manifest) => new(manifest.Backup, manifest.Reason);

    private static string Text(IEnumerable<ListedBackup> backups)
    {
        var table = new TextTable(
            new("ID"),
            new("CREATED"),
            new("DATABASE"),
            new("TABLES", Right: true),
            new("ROWS", Right: true),
            new("SIZE", Right: true),
            new("STORED", Right: true),
            new("STATE"),
            new("DESCRIPTION")
        );
        foreach (var backup in backups)
        {
            var figures = backup.Manifest.Figures;
            table.Add(
                backup.Manifest.Id.ToString(),
                Units.Time(backup.Manifest.CreatedAt),
                backup.Manifest.Database,
                Units.Count(figures.Tables),
                Units.Count(figures.Rows),
                Units.Bytes(figures.RawBytes),
                Units.Bytes(figures.StoredBytes),
                State(backup),
                backup.Manifest.Description ?? ""
            );
        }

        return table.ToString();
    }

    private static string State(ListedBackup backup)
    {
        string?[] words =
        [
            backup.Manifest.Incomplete.Count > 0 ? "incomplete" : "complete",
            backup.VerifiedAt is null ? null : "verified",
            backup.DrilledAt is null ? null : "drilled",
            backup.Pinned ? "pinned" : null,
        ];
        return string.Join(',', words.Where(word => word is not null));
    }

    private static ListDocumentEntry Entry(ListedBackup backup) =>
        new(
            backup.Manifest.Id.ToString(),
            backup.Manifest.CreatedAt,
            backup.Manifest.Database,
            backup.Manifest.Description,
            backup.Manifest.Figures.Tables,
            backup.Manifest.Figures.Rows,
            backup.Manifest.Figures.RawBytes,
            backup.Manifest.Figures.StoredBytes,
            backup.Pinned,
            backup.VerifiedAt,
            backup.DrilledAt
        );
}

/// <summary>What <c>list --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record ListDocument(
    IReadOnlyList<ListDocumentEntry> Backups,
    IReadOnlyList<ListDocumentDamage> Damaged
);

internal sealed record ListDocumentDamage(string Backup, string Reason);

internal sealed record ListDocumentEntry(
    string Id,
    DateTimeOffset CreatedAt,
    string Database,
    string? Description,
    int Tables,
    long Rows,
    long RawBytes,
    long StoredBytes,
    bool Pinned,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? DrilledAt
);
