using System.Text;
using Surety.Core.Listing;
using Surety.Repository.Documents;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety show</c> prints: everything that a backup holds.</summary>
internal static class ShowReport
{
    /// <param name="damagedMarks">Marks of it that cannot be read.</param>
    public static CommandResult Of(
        ListedBackup backup,
        BackupContents contents,
        IReadOnlyList<DamagedDocument> damagedMarks
    ) =>
        CommandResult.Of(
            ShowDocument.Of(backup, contents),
            Documents.Json.ShowDocument,
            Text(backup, contents, damagedMarks),
            damagedMarks.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(
        ListedBackup backup,
        BackupContents contents,
        IReadOnlyList<DamagedDocument> damagedMarks
    )
    {
        var text = new StringBuilder(BackupSummary.Text(backup.Manifest));
        text.Append(
            $"  schema   by pg_dump {contents.Schema.PgDumpMajor}{(contents.Schema.Scope is { } scope ? $", {scope}" : "")}\n"
        );
        text.Append($"  besides  {string.Join(", ", Besides(contents))}\n");
        AppendMark(text, "verified", backup.Verified, MarkWords.Verification(backup.Verified));
        AppendMark(text, "drilled", backup.Drilled, MarkWords.Drill(backup.Drilled));
        if (backup.Pinned)
        {
            text.Append("  pinned   no rule and no slip forgets it\n");
        }

        foreach (var damaged in damagedMarks)
        {
            text.Append($"  DAMAGED  {damaged.Error.Message}\n");
        }

        text.Append('\n').Append(TableSizes.Text(contents.Tables, int.MaxValue));
        text.Append(BackupSummary.IncompleteText(backup.Manifest.Incomplete));
        return text.ToString();
    }

    private static void AppendMark(StringBuilder text, string label, BackupMark? mark, string? outcome)
    {
        if (mark is null)
        {
            return;
        }

        text.Append($"  {label, -8} {Units.Time(mark.At)}, {outcome}");
        if (mark.RestoreSeconds is { } seconds)
        {
            text.Append($", restored in {Units.Duration(TimeSpan.FromSeconds(seconds))}");
        }

        text.Append(mark.Reason is null ? "\n" : $": {mark.Reason}\n");
    }

    private static IEnumerable<string> Besides(BackupContents contents) =>
        [
            Units.Count(contents.Sequences.Count, "sequence"),
            Units.Count(contents.LargeObjects.Objects.Count, "large object"),
            Units.Count(contents.MaterializedViews.Count, "materialized view"),
            Units.Count(contents.Roles.Count, "role"),
        ];
}
