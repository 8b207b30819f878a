using Surety.Core.Guard;
using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Rollback;
using Surety.Repository;
using Surety.Repository.Errors;

namespace Surety.Core.Migrations.Runs;

/// <summary>
/// The safe path of a migration as one operation: what is pending, what it risks, a backup, a rehearsal on it, somebody who
/// agrees, each file with its record in one transaction, and a way back from what was committed before a failure.
/// </summary>
public sealed class MigrationRun(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <summary>Whoever runs it records it in the journal. What stopped it once it had begun is in the report.</summary>
    /// <param name="patience">How long to wait for another run on the same database.</param>
    /// <exception cref="SuretyException">
    /// Nothing was changed: InvalidArgument, MigrationChanged, MigrationUnfinished, MigrationRefused, MigrationRunning; what
    /// a backup, a rehearsal or opening a connection throws.
    /// </exception>
    public async Task<MigrationReport> RunAsync(
        MigrationOptions options,
        IMigrationStage stage,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        var startedAt = clock.GetTimestamp();
        var folder = await MigrationFolder.ReadAsync(options.Folder, options.ShownFolder, cancellationToken);
        progress.Begin("connecting");
        await PoolerDetection.EnsureSessionAsync(options.Target, cancellationToken);
        var report = await repository.Locks.HoldSharedAsync(
            "migrate",
            (_, token) => RunLockedAsync(folder, options, stage, patience, token),
            cancellationToken
        );
        return report with { Duration = clock.GetElapsedTime(startedAt) };
    }

    private async Task<MigrationReport> RunLockedAsync(
        MigrationFolder folder,
        MigrationOptions options,
        IMigrationStage stage,
        TimeSpan patience,
        CancellationToken cancellationToken
    )
    {
        MigrationReport report;
        await using (var alone = await MigrationLock.TakeAsync(options.Target, patience, clock, cancellationToken))
        {
            var ledger = new MigrationHistory(alone.Connection);
            var plan = await PlanAsync(folder, ledger, options, cancellationToken);
            report = new MigrationReport
            {
                Database = options.Target.Database,
                Checklist = null,
                Warnings = plan.Warnings,
                Baseline = [.. plan.Baseline.Select(m => m.Title)],
                DryRun = options.DryRun,
            };
            if (plan.Steps.Count > 0)
            {
                report = await new MigrationPreparation(repository, tools, clock, progress).RunAsync(
                    report,
                    plan,
                    options,
                    stage,
                    cancellationToken
                );
            }

            if (options.DryRun || report.Failure is not null)
            {
                return report;
            }

            await CountAsRunAsync(plan, ledger, cancellationToken);
            report = await ApplyAsync(report, plan, ledger, options, stage, cancellationToken);
        }

        return report.Failed is null ? report : await TakeBackAsync(report, options, stage, cancellationToken);
    }

    private static async Task<MigrationPlan> PlanAsync(
        MigrationFolder folder,
        MigrationHistory ledger,
        MigrationOptions options,
        CancellationToken cancellationToken
    )
    {
        var history = await ledger.ReadAsync(cancellationToken);
        var to = Version(options.To, "--to");
        var baseline = Version(options.Baseline, "--baseline");
        if (!options.Down && history.Count == 0 && baseline is null)
        {
            await RequireNoOthersAsync(ledger, cancellationToken);
        }

        var plan = options.Down
            ? MigrationPlan.Down(folder, history, to)
            : MigrationPlan.Up(folder, history, to, baseline);
        var serverMajor = await ledger.ServerMajorAsync(cancellationToken);
        return plan with { Steps = MigrationRating.Rate(folder, plan.Steps, serverMajor, options.Ignored) };
    }

    /// <summary>Where another tool ran these files, to run them again is surely a slip.</summary>
    private static async Task RequireNoOthersAsync(MigrationHistory ledger, CancellationToken cancellationToken)
    {
        var others = await ledger.OfOthersAsync(cancellationToken);
        if (others.Count > 0)
        {
            throw new SuretyException(
                ErrorCode.MigrationRefused,
                $"another tool ran migrations here and keeps them in {string.Join(", ", others)}; nothing was changed",
                "say up to which version they ran: --baseline VERSION (0 for none of this folder); or keep that tool, behind a "
                    + "backup: surety guard -- TOOL"
            );
        }
    }

    private static async Task CountAsRunAsync(
        MigrationPlan plan,
        MigrationHistory ledger,
        CancellationToken cancellationToken
    )
    {
        if (plan.Baseline.Count == 0)
        {
            return;
        }

        await ledger.InTransactionAsync(
            async history =>
            {
                await history.EnsureTableAsync(cancellationToken);
                foreach (var migration in plan.Baseline)
                {
                    var terms = new MigrationTerms(RiskLevel.None.Word(), null, null);
                    var now = DateTimeOffset.UnixEpoch;
                    await history.AddAsync(migration, MigrationState.Baseline, terms, 0, now, cancellationToken);
                }
            },
            cancellationToken
        );
    }

    private async Task<MigrationReport> ApplyAsync(
        MigrationReport report,
        MigrationPlan plan,
        MigrationHistory ledger,
        MigrationOptions options,
        IMigrationStage stage,
        CancellationToken cancellationToken
    )
    {
        var run = new StepRun(options, ledger, clock, progress);
        var applied = new List<AppliedMigration>();
        foreach (var step in plan.Steps)
        {
            progress.Begin($"running {step.Script.File}");
            var terms = new MigrationTerms(step.Risk.Word(), report.Backup?.Id.ToString(), report.ApprovedBy);
            var startedAt = clock.GetTimestamp();
            var (failure, attempts) = await TryAsync(run, step, terms, options, stage, cancellationToken);
            report = report with { Applied = [.. applied] };
            if (failure is not null)
            {
                return report with { Failed = failure, Failure = Failed(failure, report) };
            }

            var done = new AppliedMigration(ChecklistMaking.Describe(step), clock.GetElapsedTime(startedAt), attempts);
            applied.Add(done);
            stage.ShowApplied(done);
        }

        return report with
        {
            Applied = applied,
        };
    }

    private async Task<(StatementFailure? Failure, int Attempts)> TryAsync(
        StepRun run,
        MigrationStep step,
        MigrationTerms terms,
        MigrationOptions options,
        IMigrationStage stage,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await run.RunAsync(step, terms, cancellationToken);
            // Outside a transaction something may be half done: that is never done twice.
            if (failure is not { IsContention: true } || !step.Script.InTransaction || attempt >= options.Attempts)
            {
                return (failure, attempt);
            }

            var wait = Retry.WaitAfter(attempt);
            stage.ShowRetry(failure, attempt, wait);
            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>What was committed before the failure stays, or goes back to the backup.</summary>
    private async Task<MigrationReport> TakeBackAsync(
        MigrationReport report,
        MigrationOptions options,
        IMigrationStage stage,
        CancellationToken cancellationToken
    )
    {
        var nothingToDo = report.Committed == 0 && report.Failed is not { InDoubt: true };
        if (nothingToDo || report.Backup is null || options.OnFailure == OnFailure.Keep)
        {
            return report;
        }

        try
        {
            var rollback = await new DatabaseRollback(repository, tools, clock, progress).RunAsync(
                report.Backup,
                new RollbackOptions { Target = options.Target, Jobs = options.Jobs },
                stage.Approval(ask: options.OnFailure == OnFailure.Ask),
                cancellationToken
            );
            return report with { Rollback = rollback };
        }
        catch (SuretyException e) when (e.Code == ErrorCode.ConfirmationNeeded)
        {
            // The answer was no.
            return report;
        }
        catch (Exception e)
        {
            return report with { RollbackFailure = e };
        }
    }

    private static SuretyException Failed(StatementFailure failure, MigrationReport report)
    {
        var place = failure.Line is { } line ? $"{failure.File}:{line}" : failure.File;
        var state =
            failure.InDoubt ? ""
            : failure.Committed == 1 ? "; the statement before it is in effect"
            : failure.Committed > 0 ? $"; the {failure.Committed} statements before it are in effect"
            : "; nothing of it is in effect";
        var others =
            report.Applied.Count == 0
                ? ""
                : $", and {string.Join(", ", report.Applied.Select(a => a.Migration.File))} before it "
                    + (report.Applied.Count == 1 ? "is" : "are");
        return new SuretyException(
            ErrorCode.MigrationFailed,
            $"{place}: {failure.Reason}{state}{others}",
            failure.IsContention
                ? "others were in the way: try again when less is going on, or with a longer --lock-timeout"
                : "mend the file and run it again: what is done is not run twice"
        );
    }

    private static MigrationVersion? Version(string? text, string option) =>
        text is null
            ? null
            : MigrationVersion.TryParse(text)
                ?? throw new SuretyException(
                    ErrorCode.InvalidArgument,
                    $"'{text}' is no version for {option}; nothing was done",
                    "write it as in the names of the files: 7, 1.2, 20240101120000"
                );
}
