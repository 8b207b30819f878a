using System.Text;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety backup</c> tells: that the backup exists, what it holds, and what it does not.</summary>
internal static class BackupReport
{
    private const int LargestTables = 10;

    /// <param name="manifest">The backup just made.</param>
    /// <param name="contents">Its contents.</param>
    /// <param name="everyTable">True to list all tables, not only the largest.</param>
    public static CommandResult Of(Manifest manifest, BackupContents contents, bool everyTable) =>
        CommandResult.Of(
            BackupDocument.Of(manifest),
            Documents.Json.BackupDocument,
            Text(manifest, contents, everyTable),
            manifest.Incomplete.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(Manifest manifest, BackupContents contents, bool everyTable)
    {
        var text = new StringBuilder();
        text.Append(BackupSummary.Text(manifest)).Append('\n');
        text.Append(TableSizes.Text(contents.Tables, everyTable ? int.MaxValue : LargestTables));
        text.Append(BackupSummary.IncompleteText(manifest.Incomplete));
        return text.ToString();
    }
}
