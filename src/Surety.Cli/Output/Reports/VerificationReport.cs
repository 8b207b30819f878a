using System.Text;
using Surety.Repository.Objects;
using Surety.Repository.Verify;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety verify</c> tells.</summary>
internal static class VerificationReport
{
    /// <param name="report">What was found.</param>
    /// <param name="location">Of the repository.</param>
    /// <param name="now">When.</param>
    public static CommandResult Of(VerifyReport report, string location, DateTimeOffset now) =>
        CommandResult.Of(
            VerificationDocument.Of(report),
            Documents.Json.VerificationDocument,
            Text(report, location, now),
            report.Damaged.Count == 0 ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(VerifyReport report, string location, DateTimeOffset now)
    {
        var text = new StringBuilder(
            $"checked {Units.Count(report.Backups, "backup")}: "
                + $"{Units.Count(report.ObjectsChecked, "object")}, {Units.Bytes(report.BytesRead)} read\n"
        );
        if (report.Unread.Objects > 0)
        {
            text.Append(Unread(report, now));
        }

        if (report.Damaged.Count == 0)
        {
            return text.Append(
                    report.Unread.Objects == 0
                        ? "everything is as it was written\n"
                        : "everything that was read is as it was written, and nothing is missing\n"
                )
                .ToString();
        }

        text.Append($"\nDAMAGED: {Units.Count(report.Damaged.Count, "piece")}\n");
        foreach (var damage in report.Damaged)
        {
            text.Append($"  {damage.Object}: {damage.Reason}\n");
            text.Append($"    hurts {(damage.Backups.Count == 0 ? "no backup" : string.Join(", ", damage.Backups))}\n");
        }

        return text.Append(WayBack(report, location)).ToString();
    }

    /// <summary>Also for who is woken by it: what to do, in the order of the trouble that it takes.</summary>
    private static string WayBack(VerifyReport report, string location)
    {
        // A document is not written anew: a backup makes others, and a copy leaves what is there.
        var objects = report.Damaged.Where(damage => ObjectId.TryParse(damage.Object, out _));
        string[] hurt = [.. objects.SelectMany(damage => damage.Backups).Distinct().Order(StringComparer.Ordinal)];
        return hurt.Length == 0
            ? ""
            : $"""

                Check what lies under {location}. Then, to write the damaged objects anew:
                  from a repository that has copies: surety copy {Named(hurt)} --repo COPIES --to {location}
                  without copies, where the rows are still the same: surety backup
                and to see that it helped: surety verify --all

                """;
    }

    private static string Named(string[] backups) => backups.Length <= 5 ? string.Join(' ', backups) : "ID...";

    private static string Unread(VerifyReport report, DateTimeOffset now)
    {
        var unread = report.Unread;
        var text = new StringBuilder(
            $"not read this time: {Units.Count(unread.Objects, "object")}, {Units.Bytes(unread.Bytes)}\n"
        );
        if (unread.NeverReadObjects > 0)
        {
            text.Append($"  never read since written: {Units.Count(unread.NeverReadObjects, "object")}, ");
            text.Append($"{Units.Bytes(unread.NeverReadBytes)}\n");
        }

        if (unread.OldestReadAt is { } oldest)
        {
            text.Append($"  read longest ago: {Units.Time(oldest)}, {Units.Age(now - oldest)} ago\n");
        }

        if (report.ProvenAt is { } proven)
        {
            text.Append($"  read completely, by this or earlier verifications: {Units.Count(proven.Count)} of ");
            text.Append($"{Units.Count(report.Backups, "backup")}\n");
        }

        return text.ToString();
    }
}

/// <summary>What <c>verify --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record VerificationDocument(
    int Backups,
    long ObjectsChecked,
    long BytesRead,
    long ObjectsSkipped,
    long BytesSkipped,
    long ObjectsNeverRead,
    long BytesNeverRead,
    DateTimeOffset? OldestReadAt,
    IReadOnlyList<VerificationDocumentDamage> Damaged
)
{
    public static VerificationDocument Of(VerifyReport report) =>
        new(
            report.Backups,
            report.ObjectsChecked,
            report.BytesRead,
            report.Unread.Objects,
            report.Unread.Bytes,
            report.Unread.NeverReadObjects,
            report.Unread.NeverReadBytes,
            report.Unread.OldestReadAt,
            [
                .. report.Damaged.Select(damage => new VerificationDocumentDamage(
                    damage.Object,
                    damage.Backups,
                    damage.Reason
                )),
            ]
        );
}

internal sealed record VerificationDocumentDamage(string Object, IReadOnlyList<string> Backups, string Reason);
