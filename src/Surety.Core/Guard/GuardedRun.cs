using Surety.Core.Capture;
using Surety.Core.Compare;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Rollback;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Guard;

/// <summary>
/// Runs a command so that there is a way back: a backup, proof that its bytes are sound, the command, what it changed,
/// and the rollback where that was ordered or is agreed to.
/// </summary>
public sealed class GuardedRun(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <summary>The variable that tells a command the id of the backup that guards it.</summary>
    public const string BackupVariable = "SURETY_BACKUP_ID";

    /// <param name="cancellationToken">Counts until the command starts.</param>
    /// <param name="afterwards">Counts once the command has ended.</param>
    /// <exception cref="SuretyException">The command was not started: what a backup or a verification throws.</exception>
    public async Task<GuardReport> RunAsync(
        GuardOptions options,
        IGuardStage stage,
        CancellationToken cancellationToken,
        CancellationToken afterwards
    )
    {
        // Until the end, so that nobody deletes the way back; where it is lost, the command is not to be ended for that.
        await using var held = await repository.Locks.AcquireSharedAsync("guard", cancellationToken);
        var manifest = await PrepareAsync(options, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        stage.ShowReady(manifest);
        var command = new ForegroundCommand(options, clock);
        var environment = new Dictionary<string, string> { [BackupVariable] = $"{manifest.Id}" };
        var end = await stage.GiveTerminalAsync(() => command.RunAsync(environment), command.Pass);
        var report = new GuardReport(manifest, end);
        return end.NotStarted is null ? await FinishAsync(report, options, stage, afterwards) : report;
    }

    /// <summary>The command must not start without a way back that is known to be whole.</summary>
    private Task<Manifest> PrepareAsync(GuardOptions options, CancellationToken cancellationToken) =>
        new VerifiedBackup(repository, tools, clock, progress).TakeAsync(
            new CaptureOptions
            {
                Source = options.Target,
                Description = $"before: {options.CommandText}",
                Jobs = options.Jobs,
            },
            otherwise: "the command was not started",
            cancellationToken
        );

    /// <summary>The command has ended: nothing that fails from here on may hide how.</summary>
    private async Task<GuardReport> FinishAsync(
        GuardReport report,
        GuardOptions options,
        IGuardStage stage,
        CancellationToken cancellationToken
    )
    {
        report = await FindChangesAsync(report, options, cancellationToken);
        stage.ShowChanges(report);
        var wanted = options.DryRun || (report.Command.ExitCode != 0 && options.OnFailure != OnFailure.Keep);
        if (!wanted || report.IsUnchanged)
        {
            return report;
        }

        try
        {
            return report with { Rollback = await RollBackAsync(report, options, stage, cancellationToken) };
        }
        catch (SuretyException e) when (e.Code == ErrorCode.ConfirmationNeeded)
        {
            // The answer was no.
            return report;
        }
        catch (Exception e)
        {
            return report with { Failure = e };
        }
    }

    private async Task<GuardReport> FindChangesAsync(
        GuardReport report,
        GuardOptions options,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var difference = new BackupDifference(repository, tools, clock, progress);
            var changes = await difference.WithDatabaseAsync(
                report.Backup,
                options.Target,
                new DifferenceOptions { Jobs = options.Jobs, TrustTransactions = true },
                cancellationToken
            );
            return report with { Changes = changes };
        }
        catch (Exception e)
        {
            return report with { Failure = e };
        }
    }

    private Task<RollbackReport> RollBackAsync(
        GuardReport report,
        GuardOptions options,
        IGuardStage stage,
        CancellationToken cancellationToken
    ) =>
        new DatabaseRollback(repository, tools, clock, progress).RunAsync(
            report.Backup,
            new RollbackOptions { Target = options.Target, Jobs = options.Jobs },
            stage.Approval(ask: !options.DryRun && options.OnFailure == OnFailure.Ask),
            cancellationToken
        );
}
