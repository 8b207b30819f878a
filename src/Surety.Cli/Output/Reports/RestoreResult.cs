using System.Text;
using Surety.Core.Restore;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>What <c>surety restore</c> tells.</summary>
internal static class RestoreResult
{
    public static CommandResult Of(Manifest manifest, RestoreReport report) =>
        CommandResult.Of(
            new RestoreDocument(
                manifest.Id.ToString(),
                report.Database,
                report.Tables,
                report.Rows,
                report.RawBytes,
                report.DurationSeconds,
                report.ProofSeconds,
                report.CreatedRoles,
                report.Warnings
            ),
            Documents.Json.RestoreDocument,
            Text(manifest, report)
        );

    private static string Text(Manifest manifest, RestoreReport report)
    {
        var text = new StringBuilder($"restored backup {manifest.Id} as database {report.Database}\n");
        text.Append($"  {Units.Count(report.Rows, "row")} in {Units.Count(report.Tables, "table")}, ");
        text.Append(
            $"{Units.Bytes(report.RawBytes)}, in {Units.Duration(TimeSpan.FromSeconds(report.DurationSeconds))}, proven equal\n"
        );
        if (report.CreatedRoles.Count > 0)
        {
            text.Append($"  created roles: {string.Join(", ", report.CreatedRoles)}\n");
        }

        foreach (var warning in report.Warnings)
        {
            text.Append($"  WARNING: {warning}\n");
        }

        return text.ToString();
    }
}

/// <summary>What <c>restore --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record RestoreDocument(
    string Backup,
    string Database,
    int Tables,
    long Rows,
    long RawBytes,
    double DurationSeconds,
    double ProofSeconds,
    IReadOnlyList<string> CreatedRoles,
    IReadOnlyList<string> Warnings
);
