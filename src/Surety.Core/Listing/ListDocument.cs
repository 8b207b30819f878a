using Surety.Repository.Manifests;

namespace Surety.Core.Listing;

/// <summary>What <c>list --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
public sealed record ListDocument(
    IReadOnlyList<ListDocumentEntry> Backups,
    IReadOnlyList<ListDocumentDamage> Damaged,
    IReadOnlyList<ListDocumentForgotten> Forgotten
);

public sealed record ListDocumentForgotten(
    string Id,
    DateTimeOffset CreatedAt,
    string Database,
    string? Description,
    DateTimeOffset ForgottenAt
)
{
    public static ListDocumentForgotten Of(ForgottenBackup backup) =>
        new(
            backup.Manifest.Id.ToString(),
            backup.Manifest.CreatedAt,
            backup.Manifest.Database,
            backup.Manifest.Description,
            backup.ForgottenAt
        );
}

public sealed record ListDocumentDamage(string Backup, string Reason);

public sealed record ListDocumentEntry(
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
    string? VerifyOutcome,
    DateTimeOffset? DrilledAt,
    string? DrillOutcome,
    double? DrillRestoreSeconds,
    long NewBytes,
    int Objects,
    int NewObjects,
    IReadOnlyList<string> OnlySchemas,
    IReadOnlyList<string> ExcludedSchemas
)
{
    public static ListDocumentEntry Of(ListedBackup backup) =>
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
            backup.Verified?.At,
            MarkWords.Verification(backup.Verified),
            backup.Drilled?.At,
            MarkWords.Drill(backup.Drilled),
            backup.Drilled?.RestoreSeconds,
            backup.Manifest.Figures.NewBytes,
            backup.Manifest.Figures.Objects,
            backup.Manifest.Figures.NewObjects,
            backup.Manifest.Scope?.OnlySchemas ?? [],
            backup.Manifest.Scope?.ExcludedSchemas ?? []
        );
}
