using Surety.Repository.Manifests;

namespace Surety.Core.Listing;

/// <summary>What <c>show --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
public sealed record ShowDocument(
    string Id,
    string Database,
    string? Description,
    IReadOnlyDictionary<string, string> Tags,
    DateTimeOffset StartedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset FinishedAt,
    string SuretyVersion,
    int PgDumpMajor,
    BackupSource Source,
    BackupFigures Figures,
    IReadOnlyList<string> OnlySchemas,
    IReadOnlyList<string> ExcludedSchemas,
    IReadOnlyList<ShowTable> Tables,
    IReadOnlyList<ShowSequence> Sequences,
    IReadOnlyList<string> MaterializedViews,
    int LargeObjects,
    IReadOnlyList<string> Roles,
    IReadOnlyList<IncompleteItem> Incomplete,
    DateTimeOffset? VerifiedAt,
    string? VerifyOutcome,
    DateTimeOffset? DrilledAt,
    string? DrillOutcome,
    double? DrillRestoreSeconds,
    bool Pinned
)
{
    public static ShowDocument Of(ListedBackup backup, BackupContents contents)
    {
        var manifest = backup.Manifest;
        return new(
            manifest.Id.ToString(),
            manifest.Database,
            manifest.Description,
            manifest.Tags,
            manifest.StartedAt,
            manifest.CreatedAt,
            manifest.FinishedAt,
            manifest.SuretyVersion,
            contents.Schema.PgDumpMajor,
            manifest.Source,
            manifest.Figures,
            contents.Schema.OnlySchemas,
            contents.Schema.ExcludedSchemas,
            [.. contents.Tables.Select(ShowTable.Of)],
            [.. contents.Sequences.Select(ShowSequence.Of)],
            contents.MaterializedViews,
            contents.LargeObjects.Objects.Count,
            [.. contents.Roles.Select(role => role.Name)],
            manifest.Incomplete,
            backup.Verified?.At,
            MarkWords.Verification(backup.Verified),
            backup.Drilled?.At,
            MarkWords.Drill(backup.Drilled),
            backup.Drilled?.RestoreSeconds,
            backup.Pinned
        );
    }
}

/// <param name="Name">Qualified.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="RawBytes">Plain bytes of the rows.</param>
/// <param name="Format"><c>binary</c> or <c>text</c>: the COPY format of the rows.</param>
/// <param name="Chunks">Number of objects that hold the rows, repeats counted.</param>
/// <param name="Digest">Sum of the row hashes mod 2^128, 32 hex digits.</param>
public sealed record ShowTable(string Name, long Rows, long RawBytes, string Format, int Chunks, string Digest)
{
    public static ShowTable Of(TableEntry table) =>
        new(
            $"{table.Schema}.{table.Name}",
            table.Receipt.Rows,
            table.RawBytes,
            table.Format == RowFormat.Binary ? "binary" : "text",
            table.Chunks.Count,
            $"{table.Receipt.Sum:x32}"
        );
}

public sealed record ShowSequence(string Name, long LastValue, bool IsCalled)
{
    public static ShowSequence Of(SequenceEntry sequence) =>
        new($"{sequence.Schema}.{sequence.Name}", sequence.LastValue, sequence.IsCalled);
}
