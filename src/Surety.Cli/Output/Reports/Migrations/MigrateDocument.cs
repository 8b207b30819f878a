using Surety.Core.Migrations.Runs;
using Surety.Repository.Errors;

namespace Surety.Cli.Output.Reports.Migrations;

/// <summary>What <c>migrate --json</c> prints. Part of the command-line contract (docs/cli.md): add, never change.</summary>
internal sealed record MigrateDocument(
    string Database,
    string Outcome,
    bool DryRun,
    ChecklistDocument? Checklist,
    IReadOnlyList<AppliedDocument> Applied,
    IReadOnlyList<string> Baseline,
    string? Backup,
    string? ApprovedBy,
    FailedDocument? Failed,
    RollbackDocument? Rollback,
    string? Recovery,
    IReadOnlyList<string> Warnings,
    double DurationSeconds,
    ErrorBody? Error
)
{
    public static MigrateDocument Of(MigrationReport report, Failure? failure) =>
        new(
            report.Database,
            MigrateResult.Outcome(report),
            report.DryRun,
            report.Checklist is { } checklist ? ChecklistDocument.Of(checklist) : null,
            [
                .. report.Applied.Select(a => new AppliedDocument(
                    a.Migration.Version,
                    a.Migration.Name,
                    a.Migration.File,
                    a.Migration.Checksum,
                    ChecklistText.Word(a.Migration.Risk),
                    a.Migration.Statements,
                    a.Attempts,
                    Math.Round(a.Duration.TotalSeconds, 3)
                )),
            ],
            report.Baseline,
            report.Backup?.Id.ToString(),
            report.ApprovedBy,
            report.Failed is { } failed
                ? new FailedDocument(failed.File, failed.Line, failed.Statement, failed.Reason, failed.Committed)
                : null,
            report.Rollback is { } rollback ? RollbackDocument.Of(rollback) : null,
            MigrateResult.WayBack(report),
            report.Warnings,
            Math.Round(report.Duration.TotalSeconds, 3),
            failure is null ? null : new ErrorBody(ErrorNames.NameOf(failure.Code), failure.Message, failure.Hint)
        );
}

internal sealed record AppliedDocument(
    string? Version,
    string Name,
    string File,
    string Checksum,
    string Risk,
    int Statements,
    int Attempts,
    double DurationSeconds
);

/// <param name="Committed">How many of its statements are in effect.</param>
internal sealed record FailedDocument(string File, int? Line, string? Statement, string Reason, int Committed);

internal sealed record ChecklistDocument(
    string Risk,
    bool Down,
    IReadOnlyList<ChecklistMigration> Migrations,
    IReadOnlyList<ChecklistFinding> Findings,
    ChecklistBackup? Backup,
    ChecklistRehearsal? Rehearsal,
    ChecklistRestore? Restore,
    bool NeedsApproval,
    string? ApprovedBy,
    double LockTimeoutSeconds,
    int Attempts,
    double? EstimatedSeconds
)
{
    public static ChecklistDocument Of(MigrationChecklist checklist) =>
        new(
            ChecklistText.Word(checklist.Risk),
            checklist.Down,
            [
                .. checklist.Migrations.Select(m => new ChecklistMigration(
                    m.Version,
                    m.Name,
                    m.File,
                    m.Checksum,
                    ChecklistText.Word(m.Risk),
                    m.Statements,
                    m.InTransaction
                )),
            ],
            [
                .. checklist.Findings.Select(f => new ChecklistFinding(
                    f.File,
                    f.Line,
                    ChecklistText.Word(f.Risk),
                    f.Rule,
                    f.Reason,
                    f.Ignored
                )),
            ],
            checklist.Backup is { } backup
                ? new ChecklistBackup(
                    $"{backup.Id}",
                    Math.Round(checklist.BackupAge?.TotalSeconds ?? 0, 3),
                    Verified: true,
                    backup.Figures.Tables,
                    backup.Figures.Rows,
                    backup.Incomplete.Count
                )
                : null,
            checklist.Rehearsal is { } seen
                ? new ChecklistRehearsal(
                    $"{seen.Backup}",
                    seen.RestoreSeconds,
                    seen.Seconds,
                    ChecklistText.Word(seen.Risk),
                    seen.Facts,
                    seen.Failure
                )
                : null,
            checklist.Restore is { } drill ? new ChecklistRestore($"{drill.Backup}", drill.At, drill.Seconds) : null,
            checklist.NeedsApproval,
            checklist.ApprovedBy,
            checklist.LockTimeout.TotalSeconds,
            checklist.Attempts,
            checklist.Rehearsal?.Seconds
        );
}

internal sealed record ChecklistMigration(
    string? Version,
    string Name,
    string File,
    string Checksum,
    string Risk,
    int Statements,
    bool InTransaction
);

internal sealed record ChecklistFinding(
    string File,
    int Line,
    string Risk,
    string Rule,
    string Reason,
    string? Ignored
);

internal sealed record ChecklistBackup(
    string Id,
    double AgeSeconds,
    bool Verified,
    int Tables,
    long Rows,
    int Incomplete
);

internal sealed record ChecklistRehearsal(
    string Backup,
    double RestoreSeconds,
    double DurationSeconds,
    string Risk,
    IReadOnlyList<string> Facts,
    string? Failure
);

internal sealed record ChecklistRestore(string Backup, DateTimeOffset At, double? RestoreSeconds);
