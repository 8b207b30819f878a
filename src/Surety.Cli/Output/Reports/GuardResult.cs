using System.Text;
using Surety.Core.Guard;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Cli.Output.Reports;

/// <summary>
/// What <c>guard</c> tells. People read it on stderr, since stdout is the command's; scripts get a document, and the
/// command's own output goes to stderr then.
/// </summary>
internal static class GuardResult
{
    internal const string NotStarted = "not-started";
    private const string RolledBack = "rolled-back";
    private const string Kept = "kept";

    public static CommandResult Of(GuardReport report, GuardOptions options) =>
        CommandResult.Of(
            GuardDocument.Of(report, options),
            Documents.Json.GuardDocument,
            text: "",
            ExitCodeOf(report, options),
            remark: End(report, options)
        );

    /// <summary>Said before the command starts.</summary>
    public static string Ready(Manifest backup, GuardOptions options)
    {
        var lacking = backup.Incomplete.Count;
        var warning =
            lacking == 0
                ? ""
                : $"\nWARNING: it could not hold everything ({Units.Count(lacking, "object")}, see: surety show {backup.Id}); "
                    + "a rollback does not bring that back";
        return $"backup {backup.Id} is verified; running {options.CommandText}{warning}";
    }

    /// <summary>Said once the command has ended.</summary>
    public static string Changes(GuardReport report, GuardOptions options)
    {
        var text = new StringBuilder(
            $"{options.CommandText} ended with exit code {report.Command.ExitCode} after {Units.Duration(report.Command.Duration)}; "
        );
        text.Append(
            report switch
            {
                { Changes: null } => $"what it changed could not be found out: {ErrorOf(report.Failure!).Message}\n",
                { IsUnchanged: true } => $"database {options.Target.Database} is as it was\n",
                _ => $"database {options.Target.Database} was changed:\n{DiffReport.Changes(report.Changes)}",
            }
        );
        return text.ToString().TrimEnd();
    }

    /// <summary>Said at the end of all: what became of the changes.</summary>
    private static string End(GuardReport report, GuardOptions options) =>
        Outcome(report) switch
        {
            Kept => $"the changes are kept. To take them back{Rows(report)}, and with them whatever other sessions "
                + $"committed since:\n  {WayBack(report)}",
            RolledBack => RollbackResult.Text(report.Rollback!).TrimEnd(),
            _ => $"nothing to take back; backup {report.Backup.Id} stays",
        };

    /// <summary>What went wrong beside the command itself; null where nothing did.</summary>
    public static string? Trouble(GuardReport report, GuardOptions options) =>
        report switch
        {
            { Command.NotStarted: { } reason } => $"{options.CommandText}: {reason}; it was not started",
            { Failure: { } failure, Changes: not null } =>
                $"the changes were not taken back: {ErrorOf(failure).Message}",
            _ => null,
        };

    private static string Rows(GuardReport report) =>
        report.Changes is { } changes ? $" ({Units.Count(changes.Rows, "row")})" : "";

    /// <summary>What was done to the changes in the end.</summary>
    internal static string Outcome(GuardReport report) =>
        report switch
        {
            { Command.NotStarted: not null } => NotStarted,
            { Rollback: not null } => RolledBack,
            { IsUnchanged: true } => "unchanged",
            _ => Kept,
        };

    /// <summary>The one command that rolls back; null where there is nothing to take back.</summary>
    internal static string? WayBack(GuardReport report) =>
        Outcome(report) == Kept ? $"surety rollback {report.Backup.Id}" : null;

    internal static ErrorBody ErrorOf(Exception failure) =>
        failure switch
        {
            SuretyException e => new(ErrorNames.NameOf(e.Code), e.Message, e.Hint),
            OperationCanceledException => new(ErrorNames.NameOf(ErrorCode.Cancelled), "cancelled", null),
            _ => new(ErrorNames.NameOf(ErrorCode.Internal), Secrets.Hide(failure.Message), null),
        };

    /// <summary>The command's own, unless a rollback was ordered and failed where the command did not.</summary>
    private static int ExitCodeOf(GuardReport report, GuardOptions options) =>
        report.Command.ExitCode == 0 && options.DryRun && report.Failure is not null
            ? ExitCodes.Failed
            : report.Command.ExitCode;
}

/// <summary>What <c>guard --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record GuardDocument(
    string Backup,
    string Database,
    string Command,
    int ExitCode,
    double CommandSeconds,
    string Outcome,
    DiffDocument? Changes,
    RollbackDocument? Rollback,
    string? Recovery,
    ErrorBody? Error
)
{
    public static GuardDocument Of(GuardReport report, GuardOptions options) =>
        new(
            $"{report.Backup.Id}",
            options.Target.Database,
            options.CommandText,
            report.Command.ExitCode,
            Math.Round(report.Command.Duration.TotalSeconds, 3),
            GuardResult.Outcome(report),
            report.Changes is { } changes ? DiffDocument.Of(changes) : null,
            report.Rollback is { } rollback ? RollbackDocument.Of(rollback) : null,
            GuardResult.WayBack(report),
            report switch
            {
                { Failure: { } failure } => GuardResult.ErrorOf(failure),
                { Command.NotStarted: { } reason } => new(GuardResult.NotStarted, reason, null),
                _ => null,
            }
        );
}
