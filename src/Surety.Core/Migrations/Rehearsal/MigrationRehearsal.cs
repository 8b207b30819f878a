using Surety.Core.Migrations.Check;
using Surety.Core.Migrations.Scripts;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Core.Restore;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Rehearsal;

/// <summary>
/// Runs a migration on a copy of the database and tells what it really did: the backup is restored on a throw-away server
/// and doubled, so that one copy stays as it was and can be compared with; the migration runs on the other one, statement
/// by statement; then the way down, and whether it leads back. The database itself is not touched (docs/decisions/0020).
/// </summary>
public sealed class MigrationRehearsal(BackupRepository repository, ToolLocator tools, OperationProgress progress)
{
    // What takes a migration back is not what one is warned of.
    private static readonly Dictionary<ScriptItem, RatedStatement> Unrated = [];

    /// <summary>What is wrong with the migration is in the report; what kept it from being rehearsed is thrown.</summary>
    /// <exception cref="SuretyException">
    /// InvalidArgument for a file that cannot be read; ToolMissing, ScratchServerFailed, ServerTooOld; whatever a restore
    /// throws.
    /// </exception>
    public Task<RehearsalReport> RunAsync(
        Manifest manifest,
        RehearsalOptions options,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "rehearse",
            token => RunLockedAsync(manifest, options, token),
            cancellationToken
        );

    private async Task<RehearsalReport> RunLockedAsync(
        Manifest manifest,
        RehearsalOptions options,
        CancellationToken cancellationToken
    )
    {
        var files = await RehearsedFiles.ReadAsync(options, cancellationToken);
        var contents = await repository.Manifests.ReadContentsAsync(manifest, cancellationToken);
        progress.Begin("preparing a server");
        await using var copy = await TemporaryCopy.OpenAsync(
            "rehearse",
            manifest,
            contents.Schema.PgDumpMajor,
            options.Scratch,
            new Dictionary<string, string>(),
            tools,
            cancellationToken
        );
        var restore = new DatabaseRestore(repository, tools, progress);
        var restored = await copy.RestoreAsync(restore, manifest, options.Jobs, cancellationToken, options.SchemaOnly);
        progress.Begin("doubling the copy");
        var duplicate = await copy.DuplicateAsync(cancellationToken);
        var role = await RehearsalRole.FindAsync(copy, contents, options.Role, cancellationToken);

        await using var stage = await RehearsalStage.OpenAsync(
            copy.Database,
            duplicate,
            role,
            options.ShowValues,
            progress,
            cancellationToken
        );
        var ratings = RehearsalStage.Rate(files.Up.Select(f => f.Script), copy.Server.Major, options.Ignored);
        var report = new RehearsalReport
        {
            Backup = manifest,
            SchemaOnly = options.SchemaOnly,
            ServerVersion = copy.Server.Version,
            Role = role,
            RestoreSeconds = restored.DurationSeconds,
            Up = await stage.RunAsync(files.Up, ratings, cancellationToken),
            RestoreWarnings = restored.Warnings,
        };
        if (report.Up.Failure is not null || files.Down.Count == 0)
        {
            return report;
        }

        report = report with { Down = await stage.RunAsync(files.Down, Unrated, cancellationToken) };
        return report.Down.Failure is not null
            ? report
            : report with
            {
                Return = await new ReturnProof(repository, tools, progress).RunAsync(
                    manifest,
                    contents,
                    copy.Database,
                    options,
                    cancellationToken
                ),
            };
    }
}
