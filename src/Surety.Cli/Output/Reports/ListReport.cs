using Surety.Core.Listing;
using Surety.Repository.Documents;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety list</c> prints: the backups, newest first.</summary>
internal static class ListReport
{
    /// <param name="backups">In any order.</param>
    /// <param name="damaged">Backups whose manifest cannot be read: one that is silently not listed would be missed too late.</param>
    /// <param name="damagedMarks">Marks that cannot be read: what they said of a backup is not known.</param>
    public static CommandResult Of(
        IEnumerable<ListedBackup> backups,
        IReadOnlyList<DamagedManifest> damaged,
        IReadOnlyList<DamagedDocument> damagedMarks,
        ForgottenList? forgotten = null,
        bool showForgotten = false
    )
    {
        forgotten ??= new ForgottenList([], []);
        ListDocumentDamage[] allDamaged =
        [
            .. damaged.Select(DamagedEntry),
            .. damagedMarks.Select(DamagedEntry),
            .. forgotten.Damaged.Select(DamagedEntry),
        ];
        var newestFirst = backups
            .OrderByDescending(backup => backup.Manifest.CreatedAt)
            .ThenByDescending(backup => backup.Manifest.Id)
            .ToList();
        return CommandResult.Of(
            new ListDocument(
                [.. newestFirst.Select(ListDocumentEntry.Of)],
                allDamaged,
                [.. forgotten.Backups.Reverse().Select(ListDocumentForgotten.Of)]
            ),
            Documents.Json.ListDocument,
            (showForgotten ? ForgottenText(forgotten) : Text(newestFirst) + ForgottenNote(forgotten))
                + DamagedText("backup", damaged.Select(DamagedEntry))
                + DamagedText("mark", damagedMarks.Select(DamagedEntry))
                + DamagedText("forgotten backup", forgotten.Damaged.Select(DamagedEntry)),
            allDamaged.Length == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );
    }

    private static string DamagedText(string noun, IEnumerable<ListDocumentDamage> damaged)
    {
        var lines = damaged.Select(piece => $"  {piece.Backup}: {piece.Reason}\n").ToList();
        return lines.Count == 0
            ? ""
            : $"\nDAMAGED: {Units.Count(lines.Count, noun)} cannot be read\n{string.Concat(lines)}";
    }

    private static ListDocumentDamage DamagedEntry(DamagedManifest manifest) => new(manifest.Backup, manifest.Reason);

    private static ListDocumentDamage DamagedEntry(DamagedDocument mark) =>
        new(Path.GetFileName(Path.GetDirectoryName(mark.Name)!), mark.Error.Message);

    private static ListDocumentDamage DamagedEntry(DamagedForgotten forgotten) =>
        new(Path.GetFileNameWithoutExtension(forgotten.Name), forgotten.Error.Message);

    private static string ForgottenNote(ForgottenList forgotten) =>
        forgotten.Backups.Count == 0
            ? ""
            : $"\n{Units.Count(forgotten.Backups.Count, "forgotten backup")} can be brought back: surety list --forgotten\n";

    private static string ForgottenText(ForgottenList forgotten)
    {
        if (forgotten.Backups.Count == 0)
        {
            return "no forgotten backups\n";
        }

        var table = new TextTable(
            new("ID"),
            new("CREATED"),
            new("DATABASE"),
            new("ROWS", Right: true),
            new("FORGOTTEN"),
            new("DESCRIPTION")
        );
        foreach (var (manifest, forgottenAt) in forgotten.Backups.Reverse())
        {
            table.Add(
                manifest.Id.ToString(),
                Units.Time(manifest.CreatedAt),
                manifest.Database,
                Units.Count(manifest.Figures.Rows),
                Units.Time(forgottenAt),
                manifest.Description ?? ""
            );
        }

        return $"{table}\nto bring one back: surety unforget ID\n";
    }

    private static string Text(List<ListedBackup> backups)
    {
        if (backups.Count == 0)
        {
            return "no backups\n";
        }

        var table = new TextTable(
            new("ID"),
            new("CREATED"),
            new("DATABASE"),
            new("TABLES", Right: true),
            new("ROWS", Right: true),
            new("SIZE", Right: true),
            new("STORED", Right: true),
            new("NEW", Right: true),
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
                Units.Bytes(figures.NewBytes),
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
            backup.Manifest.Scope is null ? null : "some-schemas",
            backup.Verified is null ? null
            : backup.Verified.Passed ? "verified"
            : "DAMAGED",
            backup.Drilled is null ? null
            : backup.Drilled.Passed ? "drilled"
            : "DRILL-FAILED",
            backup.Pinned ? "pinned" : null,
        ];
        return string.Join(',', words.Where(word => word is not null));
    }
}
