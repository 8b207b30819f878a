using System.Text;
using Surety.Core.Migrations.Runs;

namespace Surety.Cli.Output.Reports.Migrations;

/// <summary>What <c>migrate status</c> prints.</summary>
internal static class MigrationStatusResult
{
    public static CommandResult Of(MigrationStatus status) =>
        CommandResult.Of(
            new MigrationStatusDocument(status.Database, status.Migrations, status.Warnings),
            Documents.Json.MigrationStatusDocument,
            Text(status),
            status.IsSound ? ExitCodes.Done : ExitCodes.NotSound
        );

    private static string Text(MigrationStatus status)
    {
        if (status.Migrations.Count == 0)
        {
            return "no migrations\n";
        }

        var table = new TextTable(
            new("VERSION"),
            new("STATE"),
            new("RISK"),
            new("RAN"),
            new("BACKUP"),
            new("APPROVED BY"),
            new("FILE")
        );
        foreach (var migration in status.Migrations)
        {
            table.Add(
                migration.Version ?? "",
                migration.State,
                migration.Risk ?? "",
                migration.StartedAt is { } at && migration.State != "baseline" ? Units.Time(at) : "",
                migration.Backup ?? "",
                migration.ApprovedBy ?? "",
                migration.File.ReplaceLineEndings(" ")
            );
        }

        var text = new StringBuilder(table.ToString());
        foreach (var migration in status.Migrations)
        {
            text.Append(Trouble(migration));
        }

        return text.Append(string.Concat(status.Warnings.Select(warning => $"WARNING: {warning}\n"))).ToString();
    }

    private static string Trouble(MigrationStanding migration) =>
        migration.State switch
        {
            "started" => $"UNFINISHED: {migration.File}: {migration.Error ?? "it was interrupted"}\n",
            "changed" =>
                $"CHANGED: {migration.File} ran with checksum {migration.RecordedChecksum} and now has {migration.Checksum}\n",
            _ => "",
        };
}

/// <summary>What <c>migrate status --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record MigrationStatusDocument(
    string Database,
    IReadOnlyList<MigrationStanding> Migrations,
    IReadOnlyList<string> Warnings
);
