using Surety.Core.Capture;
using Surety.Core.Guard;
using Surety.Core.Migrations.Rules;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>What comes before the first change: a way back, a rehearsal of the way there, and somebody who agrees.</summary>
internal sealed class MigrationPreparation(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    // Whatever others commit after the backup, a rollback takes back too: an answer that took longer gets a new one.
    private static readonly TimeSpan CurrentBackup = TimeSpan.FromMinutes(10);

    /// <summary>The report with the checklist, the backup and who agreed; or with why nothing is to be run.</summary>
    /// <exception cref="SuretyException">What a backup or a rehearsal throws: nothing was changed.</exception>
    public async Task<MigrationReport> RunAsync(
        MigrationReport report,
        MigrationPlan plan,
        MigrationOptions options,
        IMigrationStage stage,
        CancellationToken cancellationToken
    )
    {
        var rated = plan.Steps.Max(step => step.Risk);
        var rehearse = options.Rehearse switch
        {
            RehearsalWish.Always => true,
            RehearsalWish.Never => false,
            _ => rated >= RiskLevel.Medium,
        };
        var needsBackup = !options.DryRun && (rehearse || rated >= RiskLevel.Medium);
        var backup = needsBackup ? await BackUpAsync(plan, options, cancellationToken) : null;
        var rehearsal =
            backup is not null && rehearse
                ? await MigrationPractice.HoldAsync(
                    repository,
                    tools,
                    progress,
                    backup,
                    plan,
                    options,
                    cancellationToken
                )
                : null;
        var checklist = await new ChecklistMaking(repository, clock).MakeAsync(
            plan,
            backup,
            rehearsal,
            options,
            cancellationToken
        );
        report = report with { Checklist = checklist, Backup = backup, ApprovedBy = checklist.ApprovedBy };
        stage.ShowChecklist(checklist);
        if (options.DryRun)
        {
            return report;
        }

        if (rehearsal?.Failure is { } failure)
        {
            return report with { Failure = RehearsalFailed(failure) };
        }

        try
        {
            return checklist.NeedsApproval
                ? await ApproveAsync(report, plan, options, stage, cancellationToken)
                : report;
        }
        catch (SuretyException refused)
        {
            return report with { Failure = refused };
        }
    }

    private async Task<MigrationReport> ApproveAsync(
        MigrationReport report,
        MigrationPlan plan,
        MigrationOptions options,
        IMigrationStage stage,
        CancellationToken cancellationToken
    )
    {
        var approver = await stage.ApproveAsync(report.Checklist!, cancellationToken);
        var isCurrent = report.Backup is { } made && clock.GetUtcNow() - made.StartedAt < CurrentBackup;
        return report with
        {
            ApprovedBy = approver,
            Backup = isCurrent ? report.Backup : await BackUpAsync(plan, options, cancellationToken),
        };
    }

    private Task<Manifest> BackUpAsync(
        MigrationPlan plan,
        MigrationOptions options,
        CancellationToken cancellationToken
    ) =>
        new VerifiedBackup(repository, tools, clock, progress).TakeAsync(
            new CaptureOptions
            {
                Source = options.Target,
                Description =
                    $"before: migrate {(options.Down ? "down " : "")}{string.Join(", ", plan.Steps.Select(s => s.Migration.Title))}",
                Jobs = options.Jobs,
            },
            otherwise: "no migration was run",
            cancellationToken
        );

    private static SuretyException RehearsalFailed(string failure) =>
        new(
            ErrorCode.RehearsalFailed,
            $"the migrations failed on a copy of the database: {failure}; nothing was changed",
            "mend the file that the message names, and run it again"
        );
}
