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
    /// <summary>What is wrong with the migration is in the report; what kept it from being rehearsed is thrown.</summary>
    /// <exception cref="SuretyException">
    /// ToolMissing, ScratchServerFailed, ServerTooOld; whatever a restore throws.
    /// </exception>
    public Task<RehearsalReport> RunAsync(
        Manifest manifest,
        RehearsedFiles files,
        RehearsalOptions options,
        CancellationToken cancellationToken
    ) =>
        repository.Locks.HoldSharedToReadAsync(
            "rehearse",
            token => RunLockedAsync(manifest, files, options, token),
            cancellationToken
        );

    private async Task<RehearsalReport> RunLockedAsync(
        Manifest manifest,
        RehearsedFiles files,
        RehearsalOptions options,
        CancellationToken cancellationToken
    )
    {
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
        var owners = await copy.CanKeepOwnersAsync(contents, cancellationToken);
        var restored = await copy.RestoreAsync(
            restore,
            manifest,
            options.Jobs,
            cancellationToken,
            options.SchemaOnly,
            owners
        );
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
        var (up, down) = await stage.RunAsync(files, copy.Server.Major, options.Ignored, cancellationToken);
        return new RehearsalReport
        {
            Backup = manifest,
            SchemaOnly = options.SchemaOnly,
            ServerVersion = copy.Server.Version,
            Role = role,
            RestoreSeconds = restored.DurationSeconds,
            Up = up,
            Down = down,
            Return = down is { Failure: null }
                ? await new ReturnProof(repository, tools, progress).RunAsync(
                    manifest,
                    contents,
                    copy.Database,
                    options,
                    owners,
                    cancellationToken
                )
                : null,
            RestoreWarnings = owners ? restored.Warnings : [WithoutOwners(role), .. restored.Warnings],
        };
    }

    private static string WithoutOwners(string role) =>
        $"{role} may not act for every role of the backup on that server: the copy is without owners and grants, and what "
        + "the migration may or may not do for want of them was not seen";
}
