using System.Diagnostics;
using Surety.Core.Compare;
using Surety.Core.Postgres;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Drill;

/// <summary>
/// Proves that a backup can be restored, by restoring it: a copy is made on a throw-away server, validated, asked what its
/// owner wants to be true, and removed again, however the drill ends.
/// </summary>
public sealed class BackupDrill(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    // A scratch server is usually as fast as can be. The time that a drill takes is to be that of a server in use.
    private static readonly Dictionary<string, string> AsInUse = new()
    {
        ["fsync"] = "on",
        ["synchronous_commit"] = "on",
        ["full_page_writes"] = "on",
        ["wal_level"] = "replica",
        ["max_wal_size"] = "1GB",
    };

    /// <summary>What is wrong with the backup is in the report; what kept the drill from being held is thrown.</summary>
    /// <exception cref="SuretyException">
    /// ToolMissing, ScratchServerFailed, ServerTooOld; RolesMissing on a server that is not a scratch server; whatever
    /// connecting throws; a full disk.
    /// </exception>
    public Task<DrillReport> RunAsync(Manifest manifest, DrillOptions options, CancellationToken cancellationToken) =>
        repository.Locks.HoldSharedAsync(
            "drill",
            (_, token) => RunLockedAsync(manifest, options, token),
            cancellationToken
        );

    private async Task<DrillReport> RunLockedAsync(
        Manifest manifest,
        DrillOptions options,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        var report = new DrillReport
        {
            Backup = manifest,
            Failures = [],
            TotalSeconds = 0,
        };
        int pgDumpMajor;
        try
        {
            var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
            pgDumpMajor = contents.Schema.PgDumpMajor;
        }
        catch (SuretyException e) when (IsOfTheBackup(e))
        {
            return report with { Failures = [e.Message], TotalSeconds = SecondsSince(started) };
        }

        progress.Begin("preparing a server");
        await using var copy = await TemporaryCopy.OpenAsync(
            "drill",
            manifest,
            pgDumpMajor,
            options.Into,
            AsInUse,
            tools,
            cancellationToken
        );
        report = report with { ServerVersion = copy.Server.Version };
        try
        {
            var restore = new DatabaseRestore(repository, tools, progress);
            var restored = await copy.RestoreAsync(restore, manifest, options.Jobs, cancellationToken);
            report = report with
            {
                RestoreSeconds = restored.DurationSeconds,
                Rows = restored.Rows,
                Warnings = restored.Warnings,
            };
            report = await ExamineAsync(report, copy.Database, options, cancellationToken);
        }
        catch (SuretyException e) when (IsOfTheBackup(e))
        {
            report = report with { Failures = [e.Message] };
        }

        // Before the copy is removed, which is no part of bringing data back.
        return report with
        {
            TotalSeconds = SecondsSince(started),
        };
    }

    private async Task<DrillReport> ExamineAsync(
        DrillReport report,
        ConnectionTarget copy,
        DrillOptions options,
        CancellationToken cancellationToken
    )
    {
        var validation = await new DatabaseValidation(repository, tools, progress).RunAsync(
            report.Backup,
            copy,
            options.Jobs,
            cancellationToken
        );
        var verdict = DrillVerdict.Of(validation, isComplete: report.Backup.Incomplete.Count == 0);
        var assertions = await AssertionCheck.RunAsync(copy, options.Assertions, progress, cancellationToken);
        return report with
        {
            Failures = [.. verdict.Failures, .. assertions.Where(a => !a.Holds).Select(a => a.Failure)],
            Assertions = assertions,
            Warnings = [.. report.Warnings, .. verdict.Warnings],
        };
    }

    /// <summary>
    /// True where it did not restore. Where the server had no room or was stopped, nothing is known of the backup.
    /// </summary>
    private static bool IsOfTheBackup(SuretyException exception) =>
        exception.Code
            is ErrorCode.ObjectDamaged
                or ErrorCode.ObjectMissing
                or ErrorCode.RestoreIncomplete
                or ErrorCode.ToolFailed
                or ErrorCode.QueryFailed
        && !exception.Message.Contains("No space left on device", StringComparison.Ordinal)
        && !Causes(exception).Any(cause => ServerErrors.SqlStateOf(cause) is ['5', '3' or '7' or '8', ..]);

    private static IEnumerable<Exception> Causes(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            yield return exception;
        }
    }

    private static double SecondsSince(long started) => Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3);
}
