using System.Text;
using Surety.Cli.Commands;
using Surety.Core.Migrations.Runs;

namespace Surety.Cli.Output.Reports.Migrations;

/// <summary>What <c>migrate</c> tells in the end; what stopped it is an error as any, and its document has that too.</summary>
internal static class MigrateResult
{
    private const string NothingToDo = "nothing-to-do";
    private const string Planned = "planned";

    public static CommandResult Of(MigrationReport report, string state, OperationCancellation stopping)
    {
        var failure = report.Failure is { } reason ? Told(Failure.Of(reason, state, stopping), report) : null;
        return CommandResult.Of(
            MigrateDocument.Of(report, failure),
            Documents.Json.MigrateDocument,
            Text(report),
            failure?.ExitCode ?? ExitCodes.Done,
            failure: failure
        );
    }

    internal static string Outcome(MigrationReport report) =>
        report switch
        {
            { Rollback: not null } => "rolled-back",
            { Failed: not null } => "failed",
            { Failure: not null } => "refused",
            { Checklist: null, Baseline.Count: 0 } => NothingToDo,
            { DryRun: true } => Planned,
            _ => "done",
        };

    /// <summary>The command that takes back what was committed; null where that is nothing, or no backup was needed.</summary>
    internal static string? WayBack(MigrationReport report) =>
        report is { Committed: > 0, Backup.Id: var backup } ? $"surety rollback {backup}" : null;

    /// <summary>With what became of what was committed before.</summary>
    private static Failure Told(Failure failure, MigrationReport report) =>
        report switch
        {
            { Rollback: { } rollback } => failure with
            {
                Message =
                    $"{failure.Message}; all of it was taken back: the database is backup {rollback.Backup} again",
            },
            { Failed: not null } when WayBack(report) is { } command => failure with
            {
                Hint = $"{failure.Hint}; to take back what is in effect, and what others committed since: {command}",
            },
            _ => failure,
        };

    private static string Text(MigrationReport report)
    {
        var text = new StringBuilder();
        if (Outcome(report) == NothingToDo)
        {
            text.Append($"database {report.Database}: nothing to do\n");
        }

        if (Outcome(report) == Planned)
        {
            text.Append($"database {report.Database}: planned; nothing was changed\n");
        }

        if (!report.DryRun && report.Baseline.Count > 0)
        {
            text.Append($"{Units.Count(report.Baseline.Count, "migration")} counted as run\n");
        }

        if (report.Applied.Count > 0 && report.Rollback is null)
        {
            var did = report.Checklist is { Down: true } ? "taken back" : "run";
            text.Append($"database {report.Database}: {Units.Count(report.Applied.Count, "migration")} {did}\n");
        }

        if (report.Rollback is { } rollback)
        {
            text.Append(RollbackResult.Text(rollback));
        }
        else if (WayBack(report) is { } back)
        {
            text.Append($"  to go back to before, rows included: {back}\n");
        }

        if (report.Checklist is null)
        {
            text.Append(string.Concat(report.Warnings.Select(warning => $"  WARNING: {warning}\n")));
        }

        return text.ToString();
    }
}
