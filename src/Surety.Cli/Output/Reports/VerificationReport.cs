using System.Text;
using Surety.Repository.Verify;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety verify</c> tells; its JSON is the report itself.</summary>
internal static class VerificationReport
{
    public static CommandResult Of(VerifyReport report) =>
        CommandResult.Of(
            report,
            Documents.Json.VerifyReport,
            Text(report),
            report.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(VerifyReport report)
    {
        var text = new StringBuilder(
            $"checked {Units.Count(report.Backups, "backup")}: "
                + $"{Units.Count(report.ObjectsChecked, "object")}, {Units.Bytes(report.BytesRead)} read\n"
        );
        if (report.Damaged.Count == 0)
        {
            return text.Append("everything is as it was written\n").ToString();
        }

        text.Append($"\nDAMAGED: {Units.Count(report.Damaged.Count, "piece")}\n");
        foreach (var damage in report.Damaged)
        {
            text.Append($"  {damage.Object}: {damage.Reason}\n");
            text.Append($"    hurts {(damage.Backups.Count == 0 ? "no backup" : string.Join(", ", damage.Backups))}\n");
        }

        return text.ToString();
    }
}
