using Surety.Core.Capture;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;

namespace Surety.Core.Guard;

/// <summary>A backup that exists and whose every byte was read again: what has to be there before anything is changed.</summary>
internal sealed class VerifiedBackup(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <param name="otherwise">What is true where it does not verify, to end a sentence with.</param>
    /// <exception cref="SuretyException">ObjectDamaged, and what a backup or a verification throws.</exception>
    public async Task<Manifest> TakeAsync(CaptureOptions options, string otherwise, CancellationToken cancellationToken)
    {
        var manifest = await new SnapshotCapture(repository, tools, clock, progress).RunAsync(
            options,
            cancellationToken
        );
        progress.Begin("verifying the backup");
        var verified = await new RepositoryVerification(repository).RunAsync(
            [manifest],
            (_, bytes) => progress.Add(0, bytes),
            options.Jobs,
            cancellationToken
        );
        return verified.Damaged.Count == 0
            ? manifest
            : throw new SuretyException(
                ErrorCode.ObjectDamaged,
                $"backup {manifest.Id} was made, but does not verify: {verified.Damaged[0].Object}: "
                    + $"{verified.Damaged[0].Reason}; {otherwise}",
                "run: surety verify --all, and check the disk under the repository"
            );
    }
}
